import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@cdktf/hcl2json';

/** HCL converted to JSON: blocks are lists of objects, expressions are `${…}`. */
export type Hcl = string | number | boolean | null | Hcl[] | { [name: string]: Hcl };
export type HclBlock = Record<string, Hcl>;

/** The configuration in `terraform/`, with defaults of variables and values of locals filled in. */
export interface TerraformText {
  resources: Record<string, Record<string, HclBlock>>;
  locals: HclBlock;
}

export async function readTerraform(folder: string): Promise<TerraformText> {
  const text: TerraformText = { resources: {}, locals: {} };
  const defaults: HclBlock = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.tf'))) {
    const file = (await parse(name, readFileSync(path.join(folder, name), 'utf8'))) as Record<string, Hcl>;
    for (const block of blocks(file['locals'])) Object.assign(text.locals, block);
    for (const [variable, [block]] of entries(file['variable'])) defaults[variable] = block?.['default'] ?? null;
    for (const [type, resources] of Object.entries((file['resource'] ?? {}) as Record<string, Hcl>)) {
      for (const [resource, [block]] of entries(resources)) (text.resources[type] ??= {})[resource] = block ?? {};
    }
  }
  return replaced(text, { var: defaults, local: text.locals }) as TerraformText;
}

const blocks = (value: Hcl | undefined): HclBlock[] => (Array.isArray(value) ? (value as HclBlock[]) : []);
const entries = (value: Hcl | undefined): [string, HclBlock[]][] =>
  Object.entries((value ?? {}) as Record<string, HclBlock[]>);

/** Replaces `${var.name}` and `${local.name}`; other expressions stay unchanged. */
function replaced(value: unknown, scopes: Record<string, HclBlock>): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, scopes));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [unquoted(name), replaced(item, scopes)]));
  }
  const [, scope = '', name = ''] = /^\$\{(var|local)\.(\w+)\}$/.exec(String(value)) ?? [];
  return scopes[scope] && name in scopes[scope] ? replaced(scopes[scope][name], scopes) : value;
}

const unquoted = (name: string): string => name.replace(/^"(.*)"$/, '$1');
