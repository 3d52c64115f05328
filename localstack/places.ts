import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Where every AWS emulator listens unless told otherwise. */
export const DEFAULT_PORT = 4566;
export const COMPOSE_FILE = path.join(import.meta.dirname, 'docker-compose.yml');
/** Remembers the emulator that runs in the background. */
export const STATE_FILE = path.join(import.meta.dirname, '..', 'build', 'stack.json');

const DOCKER_TIMEOUT_MILLISECONDS = 10_000;

/** Whether a Docker engine answers here. */
export function hasDocker(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: DOCKER_TIMEOUT_MILLISECONDS });
    return true;
  } catch {
    return false;
  }
}
