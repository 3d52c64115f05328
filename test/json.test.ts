import test from 'ava';
import { answerJson } from '../api/middleware/json.ts';

const sent = (answer: object): string => {
  const ctx = { type: '', body: undefined as unknown };
  answerJson(ctx, answer);
  return String(ctx.body);
};
const listOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `第${index}話`, seconds: index }));

for (const count of [0, 1, 200, 201, 256, 257, 1000]) {
  test(`a response with a list of ${count} is the JSON of all of it`, (t) => {
    const answer = { before: undefined, total: 1, rows: listOf(count), last: null };
    t.is(sent(answer), JSON.stringify(answer));
  });
}

const list = listOf(500);
const changes: [claim: string, rows: object[]][] = [
  ['an entry that changed', list.with(70, { key: 'new', seconds: 5 })],
  ['an entry before all others', [{ key: 'first', seconds: 5 }, ...list]],
  ['an entry after all others', [...list, { key: 'last', seconds: 5 }]],
  ['an entry less', list.toSpliced(300, 1)],
  ['another order', list.toReversed()],
];
for (const [claim, rows] of changes) {
  test(`a long list is sent again with ${claim}`, (t) => {
    sent({ rows: list });
    t.is(sent({ rows }), JSON.stringify({ rows }));
    t.is(sent({ rows: list }), JSON.stringify({ rows: list }));
  });
}

test('two long lists, an empty response and a list of anything are JSON, too', (t) => {
  const answer = { rows: list, more: listOf(300) };
  t.is(sent(answer), JSON.stringify(answer));
  t.is(sent({}), '{}');
  t.is(sent(list), JSON.stringify(list));
  const mixed = { rows: [undefined, 1, ...list, null, 'text'] };
  t.is(sent(mixed), JSON.stringify(mixed));
});
