import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { CLI } from './cli-process.ts';
import { NOWHERE } from './nowhere.ts';

const CODE_CACHE = new URL('../bin/code-cache.ts', import.meta.url).href;
const SOURCE = 'exports.double = (value) => value * 2; exports.folder = __dirname; exports.read = require("node:fs");';

/** A script, and a folder for its compiled code. */
function rig(t: ExecutionContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-code-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'script.cjs');
  const place = path.join(folder, 'script-one.code');
  writeFileSync(file, SOURCE);
  return {
    folder,
    place,
    /** Returns whether a process used what an earlier one compiled. V8 itself keeps code within a process. */
    run(this: void, { id = 'one', kept = folder, isDue = true } = {}): boolean {
      const program = `
        import { runWithKeptCode } from ${JSON.stringify(CODE_CACHE)};
        const { exports, isKept, save } = runWithKeptCode(${JSON.stringify({ file, name: 'script', id, folder: kept, isDue })});
        save();
        console.log(isKept, exports.double(21), exports.folder);`;
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
      const [isKept = '', ...others] = said.trim().split(' ');
      t.deepEqual(others, ['42', folder]);
      return isKept === 'true';
    },
  };
}

/** Changes the kept code, with or without a checksum that fits. */
function damage(place: string, change: (whole: Buffer) => Buffer, { isChecked = false } = {}): void {
  const whole = change(readFileSync(place));
  if (isChecked) whole.writeUInt32LE(crc32(whole.subarray(4)), 0);
  writeFileSync(place, whole);
}

const flipped = (at: number) => (whole: Buffer) => {
  whole[at] = (whole[at] ?? 0) ^ 0x55;
  return whole;
};

test('code is compiled once, and kept where only the user can read it', (t) => {
  const { run, folder, place } = rig(t);
  t.false(run());
  t.is(statSync(place).mode & 0o777, 0o600);
  const { ino } = statSync(place);
  t.true(run());
  t.true(run());
  t.is(statSync(place).ino, ino, 'and not written again');
  t.deepEqual(readdirSync(folder).sort(), ['script-one.code', 'script.cjs']);
  t.false(run({ id: 'other' }), 'but not for another content');
  t.false(run({ kept: '' }), 'nor without a folder');
});

const DAMAGES: [claim: string, change: (whole: Buffer) => Buffer, isChecked?: boolean][] = [
  ['is empty', () => Buffer.alloc(0)],
  ['ends early', (whole) => whole.subarray(0, whole.length / 2)],
  ['ends in zeros', (whole) => whole.fill(0, whole.length / 2)],
  ['has a wrong byte', flipped(200)],
  ['has a wrong checksum', flipped(0)],
  ['is a text', () => Buffer.from('Not code, but long enough to be read as some.')],
  ['is of another version of V8', flipped(8 + 4), true],
  ['is for another source', flipped(8 + 8), true],
  ['is for other flags', flipped(8 + 12), true],
];
for (const [claim, change, isChecked = false] of DAMAGES) {
  test(`kept code that ${claim} is not used, and replaced`, (t) => {
    const { run, place } = rig(t);
    run();
    damage(place, change, { isChecked });
    t.false(run());
    t.true(run());
  });
}

test('code is kept again once a run that looks finds much more compiled', (t) => {
  const { run, place } = rig(t);
  run();
  damage(
    place,
    (whole) => {
      whole.writeUInt32LE(1000, 4);
      return whole;
    },
    { isChecked: true },
  );
  t.true(run({ isDue: false }));
  t.is(readFileSync(place).readUInt32LE(4), 1000);
  t.true(run());
  t.true(readFileSync(place).readUInt32LE(4) > 100_000);
});

test('old code of other versions, and old drafts, are removed when code is kept', (t) => {
  const { run, folder } = rig(t);
  run({ id: 'old' });
  run({ id: 'recent' });
  writeFileSync(path.join(folder, 'script-old.code.1.draft'), '');
  writeFileSync(path.join(folder, 'another-old.code'), '');
  const monthAgo = Date.now() / 1000 - 30 * 24 * 60 * 60;
  for (const name of ['script-old.code', 'script-old.code.1.draft', 'another-old.code']) {
    utimesSync(path.join(folder, name), monthAgo, monthAgo);
  }
  run();
  const left = readdirSync(folder).sort();
  t.deepEqual(left, ['another-old.code', 'script-one.code', 'script-recent.code', 'script.cjs']);
});

test('code that others can change is not used', (t) => {
  const { run, place } = rig(t);
  run();
  chmodSync(place, 0o666);
  t.false(run());
  t.true(run());
});

test('a folder that can’t be written, or doesn’t exist, is ignored', (t) => {
  const { run, folder, place } = rig(t);
  t.false(run({ kept: path.join(folder, 'missing') }));
  t.false(run({ kept: path.join(folder, 'script.cjs') }));
  t.throws(() => statSync(place), { code: 'ENOENT' });
  t.deepEqual(readdirSync(folder), ['script.cjs']);
});

test('commands at the same time, some of them killed, all say the same and leave usable code', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-code-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const start = () => {
    const environment = { ...NOWHERE, NODE_COMPILE_CACHE: folder, IMMERSION_DATA_DIR: folder };
    const child = spawn(process.execPath, [CLI, 'settings', '--help'], { env: environment });
    return { child, said: text(child.stdout), wrong: text(child.stderr), end: once(child, 'exit') };
  };
  const begun = Array.from({ length: 6 }, start);
  for (const { child } of begun.slice(3)) {
    await delay(Math.random() * 150);
    child.kill('SIGKILL');
  }
  const outputs = new Set<string>();
  for (const { said, wrong, end } of [...begun.slice(0, 3), start(), start()]) {
    t.deepEqual(await end, [0, null]);
    t.is(await wrong, '');
    outputs.add(await said);
  }
  t.is(outputs.size, 1);
  const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.code'));
  t.true(
    kept.some((name) => path.basename(name).startsWith('cli-')),
    kept.join(),
  );
  for (const name of kept) {
    const whole = readFileSync(path.join(folder, name));
    t.is(whole.readUInt32LE(0), crc32(whole.subarray(4)), name);
  }
});
