import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { startFakeProvider } from '../lib/demo/fake-server.ts';
import { createPrompts, type Prompts } from '../lib/core/terminal/prompts.ts';
import { createEveningPerson } from './evening-person.ts';

const STEERING = '\u001B[31mred\u0007\u009B2J';
const CONTROLS = /(?!\n)\p{Cc}/u;

test.serial('no argument, file name, title or message of an API controls the terminal', async (t) => {
  const person = await createEveningPerson(t, {
    tvdb: { series: [{ id: 2, name: `Evil ${STEERING}` }] },
    tmdb: { series: [{ id: 50, name: `Plus ${STEERING}`, tvdbId: 2, seasons: { 1: ['2020-01-01'] } }] },
    youtube: {
      videos: [{ id: 'dQw4w9WgXcQ', title: STEERING, channelId: 'UC-one', duration: 'PT10M' }],
      channels: [{ id: 'UC-one', title: STEERING }],
    },
  });
  person.place({ 'shows/Evil {tvdb-2}/watched/01.mkv': 'x', 'watched.txt': 'https://youtu.be/dQw4w9WgXcQ\n' });
  const file = path.join(person.folder, `lines${STEERING}`);
  writeFileSync(file, `{"type":"${STEERING}"}\n`);
  const commands = [
    ['sync'],
    ['sync', `--${STEERING}`],
    [STEERING],
    [STEERING, '--json'],
    ['trakt', STEERING, '--json'],
    ['help', STEERING],
    ['progress', STEERING, '--debug'],
    ['show', STEERING],
    ['show', 'link', STEERING, '50', '--dry-run'],
    ['show', '50'],
    ['show', '50', '--json'],
    ['add', STEERING],
    ['import', STEERING],
    ['import', file],
    ['export', '--csv'],
    ['history'],
    ['history', '--since', STEERING],
    ['exclude', STEERING],
    ['log', '20m', STEERING],
    ['set-tvdb', STEERING, '2'],
    ['progress'],
  ];
  for (const command of commands) {
    const { out, err } = await person.run(command);
    t.notRegex([...out, ...err].join('\n'), CONTROLS, command.join(' '));
  }
});

test.serial('no question and no choice controls the terminal', async (t) => {
  const STRANGE = 'x\u0007\u009B2J\u001B[31my';
  const ask: [name: string, ask: (prompts: Prompts) => Promise<unknown>][] = [
    [
      'a choice',
      (prompts) => prompts.select({ message: STRANGE, choices: [{ name: STRANGE, value: 1, description: STRANGE }] }),
    ],
    ['a question', (prompts) => prompts.input({ message: STRANGE, default: 'a' })],
    ['a confirmation', (prompts) => prompts.confirm(STRANGE)],
  ];
  for (const [name, question] of ask) {
    const [input, errorOutput] = [new PassThrough(), new PassThrough()];
    let shown = '';
    errorOutput.on('data', (chunk: Buffer) => void (shown += chunk.toString()));
    const enter = setInterval(() => input.write('\r'), 50);
    await question(createPrompts({ input, errorOutput })).finally(() => clearInterval(enter));
    t.regex(shown, /x 2J \[31my/, name);
    for (const control of ['\u0007', '\u009B', '\u001B[31m']) t.false(shown.includes(control), name);
  }
});

for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 502, 503]) {
  test.serial(`an API that answers ${status} controls the terminal with no word of it`, async (t) => {
    const body = {
      message: `No ${STEERING}`,
      code: `steers_${STEERING}`,
      details: [
        { path: STEERING, message: STEERING },
        { id: STEERING, reason: STEERING },
      ],
      suggestions: [STEERING, `two\nlines ${STEERING}`],
    };
    const api = await startFakeProvider(() => ({ status, body }));
    t.teardown(() => api.close());
    const person = await createEveningPerson(t);
    person.place({ 'shows/Show/watched/01.mkv': 'x', 'watched.txt': 'https://youtu.be/dQw4w9WgXcQ\n' });
    Object.assign(person.environment, {
      IMMERSION_TRACKER_API_URL: api.url,
      IMMERSION_TRACKER_USER: 'me',
      IMMERSION_TRACKER_PASSWORD: 'p',
    });
    for (const command of [
      ['sync'],
      ['shows'],
      ['progress'],
      ['history'],
      ['log', '20m', 'Radio'],
      ['undo', '--yes'],
      ['titles', 'list'],
      ['trakt', 'status'],
      ['export'],
      ['doctor'],
      ['attention', '--debug'],
      ['shows', '--json'],
      ['doctor', '--json'],
    ]) {
      const { status: ended, out, err } = await person.run(command);
      const said = [...out, ...err].join('\n');
      t.notRegex(said, CONTROLS, command.join(' '));
      t.not(ended, 0, command.join(' '));
      if (status === 409) t.regex(said, /No /, command.join(' '));
    }
  });
}
