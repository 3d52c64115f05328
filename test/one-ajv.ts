import type { Options } from 'openapi-backend';

type Customize = NonNullable<Options['customizeAjv']>;

/** Lets an OpenAPIBackend share one validator, which compiles equal schemas once; it would make one per operation. */
export function oneAjv(): Customize {
  const shared = new Map<unknown, ReturnType<Customize>>();
  return (ajv, { coerceTypes }) => {
    const known = shared.get(coerceTypes);
    if (known) return known;
    const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
    const compile = ajv.compile.bind(ajv);
    ajv.compile = ((schema: object) => {
      const text = JSON.stringify(schema);
      const validate = compiled.get(text) ?? compile(schema);
      compiled.set(text, validate);
      return validate;
    }) as typeof compile;
    shared.set(coerceTypes, ajv);
    return ajv;
  };
}
