import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

interface Locked {
  link?: true;
  inBundle?: true;
  integrity?: string;
  dev?: true;
  optional?: true;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

const HERE = { os: 'linux', cpu: 'x64', libc: 'glibc' };

const isForAnotherPlatform = (one: Locked): boolean =>
  (['os', 'cpu', 'libc'] as const).some((name) => one[name] !== undefined && !one[name].includes(HERE[name]));

const isVouchedFor = (one: Locked): boolean => one.integrity?.startsWith('sha512-') === true;

const mayLackIntegrity = (one: Locked): boolean =>
  one.dev === true && one.optional === true && isForAnotherPlatform(one);

test('whatever is installed is vouched for: only development tools of other platforms lack an integrity', (t) => {
  const file = path.join(import.meta.dirname, '../package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
  const all = Object.entries(packages).filter(([place, one]) => place !== '' && !one.link && !one.inBundle);
  t.true(all.length > 500);
  t.deepEqual(
    all.filter(([, one]) => !isVouchedFor(one) && !mayLackIntegrity(one)).map(([place]) => place),
    [],
  );
});

const LACKING: [claim: string, entry: Locked, may: boolean][] = [
  ['of another system, for development', { dev: true, optional: true, os: ['darwin'], cpu: ['x64'] }, true],
  ['of another processor, for development', { dev: true, optional: true, os: ['linux'], cpu: ['arm64'] }, true],
  ['of another libc, for development', { dev: true, optional: true, os: ['linux'], libc: ['musl'] }, true],
  ['of this platform', { dev: true, optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] }, false],
  ['of every platform', { dev: true, optional: true }, false],
  ['that is needed', { dev: true, os: ['darwin'] }, false],
  ['that is shipped', { optional: true, os: ['darwin'] }, false],
];
for (const [claim, entry, may] of LACKING) {
  test(`a package ${claim} ${may ? 'may' : 'must not'} lack an integrity`, (t) => t.is(mayLackIntegrity(entry), may));
}
