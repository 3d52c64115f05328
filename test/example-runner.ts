// Runs command lines in this process, as a shell would, and prints a line of JSON for each.
import { Config } from '@oclif/core';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable, Writable } from 'node:stream';
import { processEnvironment, readConfig } from '../lib/core/config.ts';
import { startEmbeddedApi } from '../lib/core/terminal/embedded.ts';
import type { Io } from '../lib/core/terminal/terminal.ts';
import { addViewings } from '../lib/viewings/entries-contract.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The test's request. */
export interface Wanted {
  /** Replaces the run that `--batch` of an example names. */
  batchId: string;
  lines: { line: string; isReal: boolean }[];
}

/** The result of a line. */
export interface Ended {
  line: string;
  status: number;
  said: string;
}

interface Command {
  io: Io;
  exitStatus: number;
  _run(): Promise<unknown>;
}

const wanted = JSON.parse(await text(process.stdin)) as Wanted;
const config = await Config.load({ root: ROOT });
// oclif's own output isn't a result.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
await recordBatch();
for (const { line, isReal } of wanted.lines) {
  const ended = await run(line, isReal).catch((error: Error) => ({ line, status: -1, said: error.stack ?? '' }));
  write(`${JSON.stringify(ended)}\n`);
}
process.exit(0);

async function recordBatch(): Promise<void> {
  const settings = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const embedded = await startEmbeddedApi(settings, { user: 'me' });
  const viewing = { ref: randomUUID(), title: 'Radio', seconds: 600 };
  await embedded.api.call(addViewings, { body: { viewings: [viewing] }, run: { id: wanted.batchId, kind: 'log' } });
  await embedded.close();
}

async function run(line: string, isReal: boolean): Promise<Ended> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', '').replace(/^~(?=\/)/, process.env['HOME'] ?? ''),
  );
  const environment: Record<string, string | undefined> = { ...processEnvironment() };
  for (let [word = ''] = words; /^[A-Z_]+=/.test(word); [word = ''] = words) {
    const [name = '', value] = word.split('=');
    environment[name] = value;
    words.shift();
  }
  const redirection = words.findIndex((word) => word === '<' || word === '>');
  const [sign, file] = redirection < 0 ? [] : words.splice(redirection);
  words.shift();
  const id = [words.slice(0, 2).join(':'), words[0] ?? ''].find((one) => config.findCommand(one));
  if (id === undefined) return { line, status: words.length === 0 ? 0 : -1, said: `no command in ${line}` };
  const known = config.findCommand(id, { must: true });
  const argv = words.slice(id.split(':').length);
  const dryRun = known.flags['dry-run'];
  const isDry = dryRun !== undefined && !dryRun.hidden && !dryRun.dependsOn && !argv.includes('--dry-run');
  if (!isReal && isDry) argv.push('--dry-run');
  let said = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk);
      // Stop servers once they are running.
      if (['serve', 'dashboard'].includes(id) && /http:\/\//.test(said)) setImmediate(() => process.emit('SIGTERM'));
      done();
    },
  });
  const CommandClass = (await known.load()) as unknown as new (argv: string[], config: Config) => Command;
  const command = new CommandClass(argv, config);
  command.io = {
    environment,
    workingDirectory: process.cwd(),
    input: Readable.from(sign === '<' ? [readFileSync(file ?? '')] : []),
    output,
    errorOutput: output,
  };
  await command._run();
  return { line, status: command.exitStatus, said };
}
