type Json = Record<string, unknown>;

/** The API's documentation as a page without scripts: a section per endpoint, with its schemas. */
export function docsPage(document: Json): string {
  const info = document['info'] as { title: string; version: string; description: string };
  const paths = Object.entries(document['paths'] as Record<string, Record<string, Json>>);
  const operations = paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const { schemas = {} } = document['components'] as { schemas?: Record<string, Json> };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} API</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escape(info.title)} <small>${escape(info.version)}</small></h1>
<p>${escape(info.description)}</p>
<p>Credentials by HTTP Basic. Errors are JSON: <code>{"message", "code", "details"}</code>.
The same as <a href="openapi.json">OpenAPI</a>.</p></header>
<nav><ul>
${operations.map(({ method, path, operation }) => `<li><a href="#${anchor(method, path)}"><code>${method} ${escape(path)}</code></a> ${escape(String(operation['summary']))}</li>`).join('\n')}
</ul></nav>
<main>
${operations.map(({ method, path, operation }) => section(method, path, operation)).join('\n')}
<h2>Schemas</h2>
${Object.entries(schemas)
  .map(([name, schema]) => `<section id="${escape(name)}"><h3>${escape(name)}</h3>${schemaBlock(schema)}</section>`)
  .join('\n')}
</main>
</body>
</html>
`;
}

function section(method: string, path: string, operation: Json): string {
  const responses = Object.entries(operation['responses'] as Record<string, Json>);
  const parameters = (operation['parameters'] ?? []) as { name: string; in: string; required: boolean; schema: Json }[];
  const body = operation['requestBody'] as Json | undefined;
  return `<section id="${anchor(method, path)}">
<h3><span class="${method.toLowerCase()}">${method}</span> <code>${escape(path)}</code></h3>
<p>${escape(String(operation['summary']))}${operation['security'] ? ' <em>(open)</em>' : ''}</p>
${parameters.length > 0 ? `<h4>Parameters</h4><ul>${parameters.map((one) => `<li><code>${escape(one.name)}</code> in ${one.in}${one.required ? '' : ', optional'}: ${describe(one.schema, '')}</li>`).join('')}</ul>` : ''}
${body ? `<h4>Request</h4>${contentBlock(body)}` : ''}
<h4>Responses</h4>
${responses
  .map(([status, response]) =>
    Number(status) < 400
      ? `<p><strong>${status}</strong> ${escape(String(response['description']))}</p>${contentBlock(response)}`
      : `<p class="error"><strong>${status}</strong> ${escape(String(response['description']))}</p>`,
  )
  .join('\n')}
</section>`;
}

/** `get-titles-type-tmdb_id` */
const anchor = (method: string, path: string): string =>
  `${method}${path}`.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');

const contentBlock = (holder: Json): string => {
  const content = holder['content'] as Record<string, { schema: Json }> | undefined;
  return Object.values(content ?? {})
    .map(({ schema }) => schemaBlock(schema))
    .join('');
};

const schemaBlock = (schema: Json): string => `<pre>${describe(schema, '')}</pre>`;

/** A schema as an example, with types for values. */
function describe(schema: Json, indent: string): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return `<a href="#${escape(name)}">${escape(name)}</a>`;
  }
  const properties = schema['properties'] as Record<string, Json> | undefined;
  if (properties) {
    const required = (schema['required'] ?? []) as string[];
    const lines = Object.entries(properties).map(([name, property]) => {
      const description = property['description'];
      return `${indent}  "${escape(name)}"${required.includes(name) ? '' : '?'}: ${describe(property, `${indent}  `)}${
        typeof description === 'string' ? `  <i>${escape(description)}</i>` : ''
      }`;
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
  }
  if (schema['type'] === 'array') return `[${describe((schema['items'] ?? {}) as Json, indent)}]`;
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (alternatives) return alternatives.map((one) => describe(one, indent)).join(' | ');
  return escape(typeOf(schema));
}

function typeOf(schema: Json): string {
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const limits = [
    ['minLength', 'at least', 'characters'],
    ['maxLength', 'at most', 'characters'],
    ['minimum', 'from', ''],
    ['exclusiveMinimum', 'above', ''],
  ]
    .filter(([name]) => name !== undefined && typeof schema[name] === 'number')
    .map(([name, before, after]) => `${before} ${String(schema[name ?? ''])} ${after}`.trim());
  const { type: types = 'anything' } = schema as { type?: string | string[] };
  const type = [types].flat().join(' | ');
  return limits.length > 0 ? `${type} (${limits.join(', ')})` : type;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
h3 { margin: .5rem 0; } h4 { margin: .75rem 0 .25rem; }
nav ul { list-style: none; padding: 0; font-size: .9em; line-height: 1.7; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .4rem; margin: .25rem 0; }
i { opacity: .7; } small { font-weight: normal; opacity: .7; } .error { margin: .1rem 0; opacity: .85; }
.get, .post, .put, .delete { font-size: .8em; padding: .1rem .4rem; border-radius: .3rem; color: #fff; background: #2563a8; }
.post { background: #23773b; } .put { background: #8a5a00; } .delete { background: #a52a2a; }`;
