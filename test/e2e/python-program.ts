import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(import.meta.dirname, '..', '..');
const INSTALL_TIMEOUT_MILLISECONDS = 180_000;

const run = promisify(execFile);

/**
 * A program from Python's package index, in a virtual environment that is kept. Returns its path, or why it is
 * unavailable.
 */
export async function findPythonProgram(
  name: string,
  version: string,
): Promise<{ program: string } | { missing: string }> {
  const environment = path.join(ROOT, `.venv-${name}`);
  const program = path.join(environment, 'bin', name);
  const installed = `lib/python*/site-packages/${name}-${version}.dist-info/RECORD`;
  if (globSync(installed, { cwd: environment }).length > 0) return { program };
  const timeout = INSTALL_TIMEOUT_MILLISECONDS;
  try {
    await run('python3', ['-m', 'venv', environment], { timeout });
    const packages = ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
    await run(path.join(environment, 'bin', 'pip'), packages, { timeout });
    return { program };
  } catch (error) {
    const reason = (error as Error).message.trim().split('\n').at(-1) ?? '';
    return { missing: `${name} ${version} cannot be installed here (${reason})` };
  }
}
