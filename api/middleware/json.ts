import type { Context } from 'koa';
import { oncePer } from '../../lib/core/once.ts';

/** Shorter responses are faster as text, sent with the headers; longer ones as bytes. */
const LARGE_CHARACTERS = 30_000;

/** Longer lists are mostly the same objects as before when a cached response changes. */
const LONG_LIST_ITEMS = 200;

/** Cached responses are serialized once. */
const serialized = oncePer((answer: object) => {
  const text = isPlain(answer) ? textOf(answer) : JSON.stringify(answer);
  return text.length < LARGE_CHARACTERS ? text : Buffer.from(text);
});

const isPlain = (value: object): value is Record<string, unknown> => !Array.isArray(value) && !('toJSON' in value);

/** The same text as `JSON.stringify`. */
function textOf(answer: Record<string, unknown>): string {
  const fields = Object.entries(answer).flatMap(([name, value]) => {
    const isLong = Array.isArray(value) && value.length > LONG_LIST_ITEMS && value.every(isObject);
    const text = isLong ? `[${value.map(itemText).join(',')}]` : JSON.stringify(value);
    return text === undefined ? [] : `${JSON.stringify(name)}:${text}`;
  });
  return `{${fields.join(',')}}`;
}

const itemText = oncePer((item: object) => JSON.stringify(item));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Sends an object as JSON. Koa itself would load fetch just to check the body's type. */
export function answerJson(ctx: Pick<Context, 'body' | 'type'>, value: object): void {
  ctx.type = 'json';
  ctx.body = serialized(value);
}
