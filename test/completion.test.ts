import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import test from 'ava';
import { completionScript } from '../lib/core/terminal/completion-text.ts';
import { createPerson } from './cli-process.ts';

const run = promisify(execFile);

const COMMANDS = [
  { words: 'goal list', flags: [{ name: 'json' }] },
  { words: 'goal set', flags: [{ name: 'daily' }, { name: 'input', allowNo: true }] },
  { words: 'import', flags: [{ name: 'dry-run' }] },
  { words: 'sync', flags: [{ name: 'clean', options: ['trash', 'keep'] }, { name: 'library' }] },
];

/** bash's completions at the end of a line. With none, it offers file names. */
async function offered(script: string, line: string): Promise<string[]> {
  const words = line.split(' ').map((word) => `'${word}'`);
  const asking = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _immersion; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', `${script}\n${asking}`]);
  return stdout.split(/\s+/).filter((word) => word !== '');
}

const LINES: [line: string, words: string[]][] = [
  ['immersion ', ['goal', 'import', 'sync']],
  ['immersion go', ['goal']],
  ['immersion goal ', ['list', 'set']],
  ['immersion goal set --', ['--daily', '--input', '--no-input']],
  ['immersion goal set --daily 1h --no', ['--no-input']],
  ['immersion import ', []],
  ['immersion import ./goal', []],
  ['immersion import --d', ['--dry-run']],
  ['immersion sync --clean ', ['trash', 'keep']],
  ['immersion sync --clean k', ['keep']],
  ['immersion sync --library ', []],
  ['immersion sync --library goal --c', ['--clean']],
];
for (const [line, words] of LINES) {
  test(`bash completes “${line}” with ${words.join(', ') || 'file names'}`, async (t) => {
    t.deepEqual(await offered(completionScript('bash', COMMANDS), line), words);
  });
}

test('bash offers file names where the script offers nothing', async (t) => {
  const { stdout } = await run('bash', ['-c', `${completionScript('bash', COMMANDS)}\ncomplete -p immersion`]);
  t.is(stdout, 'complete -o default -F _immersion immersion\n');
});

const ZSH = ['/bin/zsh', '/usr/bin/zsh'].find((file) => existsSync(file));

test('zsh takes the script, with or without a completion of its own', async (t) => {
  const script = completionScript('zsh', COMMANDS);
  if (!ZSH) return void t.true(script.indexOf('compinit') < script.indexOf('bashcompinit &&'));
  for (const before of ['', 'autoload -Uz compinit && compinit -D']) {
    const line = `${before}\n${script}\nprint -r -- $_comps[immersion]`;
    const { stdout, stderr } = await run(ZSH, ['-f', '-c', line], { env: { HOME: '/nonexistent' } });
    t.is(stdout, '_bash_complete -o default -F _immersion\n');
    t.is(stderr, '');
  }
});

test('`immersion autocomplete` prints the script of a shell with every command and --no-input', async (t) => {
  const person = createPerson(t);
  const { stdout, status } = await person.run(['autocomplete', 'bash']);
  t.is(status, 0);
  t.true((await offered(stdout, 'immersion ')).includes('progress'));
  t.true((await offered(stdout, 'immersion goal set --')).includes('--no-input'));
  const { script } = JSON.parse((await person.run(['autocomplete', 'zsh', '--json'])).stdout) as { script: string };
  t.true(script.includes('\nautoload -U +X bashcompinit && bashcompinit\n'));
  const ran = await person.run(['autocomplete'], { environment: { SHELL: '/usr/bin/fish' } });
  t.is(ran.status, 2);
  t.true(ran.stderr.startsWith('Error: There’s no completion for fish.\n'));
});
