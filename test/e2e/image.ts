import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The result of a Dockerfile: files, and how to run them. */
export interface Image {
  /** The folder for `/`. */
  root: string;
  workingDirectory: string;
  environment: Record<string, string>;
  user: string;
  volumes: string[];
  exposed: string[];
  healthCheck: string[];
  command: string[];
}

/** Executes the project's Dockerfile without Docker: copies, runs and sets, in separate folders. */
export function buildImage(folder: string): Image {
  const context = path.join(folder, 'context');
  copyContext(context);
  const stages = new Map<string, Image>();
  let stage: Image | undefined;
  let entrypoint: string[] = [];
  for (const { name, rest } of instructions(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') {
      stage = emptyImage(path.join(folder, `stage-${stages.size}`));
      stages.set(/ as (\S+)$/i.exec(rest)?.[1] ?? '', stage);
      continue;
    }
    if (!stage) throw new Error(`${name} stands before FROM`);
    const at = inside(stage);
    if (name === 'WORKDIR') mkdirSync(at((stage.workingDirectory = rest)), { recursive: true });
    else if (name === 'ENV') {
      for (const pair of rest.split(' ')) Object.assign(stage.environment, Object.fromEntries([pair.split('=', 2)]));
    } else if (name === 'COPY') {
      const words = rest.split(' ').filter((word) => !word.startsWith('--chown='));
      const from = /^--from=(.*)$/.exec(words[0] ?? '')?.[1];
      const source = from === undefined ? undefined : stages.get(from);
      if (source) words.shift();
      const target = words.pop() ?? '';
      for (const word of words) copy(source ? inside(source)(word) : path.join(context, word), at(target), target);
    } else if (name === 'RUN') {
      execFileSync('sh', ['-c', rest], {
        cwd: at(stage.workingDirectory),
        env: {
          ...process.env,
          ...stage.environment,
          PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
          npm_config_prefer_offline: 'true',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } else if (name === 'USER') stage.user = rest;
    else if (name === 'VOLUME') stage.volumes.push(rest);
    else if (name === 'EXPOSE') stage.exposed.push(rest);
    else if (name === 'HEALTHCHECK') stage.healthCheck = words(rest.slice(rest.indexOf('CMD ') + 4));
    else if (name === 'ENTRYPOINT') entrypoint = words(rest);
    else if (name === 'CMD') stage.command = [...entrypoint, ...words(rest)];
    else throw new Error(`This test does not know ${name}`);
  }
  if (!stage) throw new Error('The Dockerfile has no stage');
  return stage;
}

const emptyImage = (root: string): Image => ({
  root,
  workingDirectory: '/',
  environment: {},
  user: 'root',
  volumes: [],
  exposed: [],
  healthCheck: [],
  command: [],
});

const words = (json: string): string[] => JSON.parse(json) as string[];

/** A path of the image on this computer. */
export const inside =
  ({ root, workingDirectory }: Pick<Image, 'root' | 'workingDirectory'>) =>
  (place: string): string =>
    path.join(root, path.posix.resolve(workingDirectory, place));

/** Like Docker: copies a file into a folder that ends with a slash, or a folder's content into the target. */
function copy(from: string, to: string, written: string): void {
  const target = written.endsWith('/') && !from.endsWith('/.') ? path.join(to, path.basename(from)) : to;
  cpSync(from, target, { recursive: true });
}

/** The build context: only what .dockerignore lists with an exclamation mark. */
function copyContext(context: string): void {
  const [all, ...named] = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').trimEnd().split('\n');
  if (all !== '*' || !named.every((line) => line.startsWith('!'))) throw new Error('.dockerignore has another form');
  mkdirSync(context, { recursive: true });
  chmodSync(context, 0o755);
  for (const line of named)
    cpSync(path.join(ROOT, line.slice(1)), path.join(context, line.slice(1)), { recursive: true });
}

/** A Dockerfile's instructions, without comments. */
function instructions(dockerfile: string): { name: string; rest: string }[] {
  return dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}
