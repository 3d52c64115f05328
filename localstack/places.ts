import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The default port of AWS emulators. */
export const DEFAULT_PORT = 4566;
export const COMPOSE_FILE = path.join(import.meta.dirname, 'docker-compose.yml');
/** State of the background emulator. */
export const STATE_FILE = path.join(import.meta.dirname, '..', 'build', 'stack.json');

const DOCKER_TIMEOUT_MILLISECONDS = 10_000;

export function hasDocker(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: DOCKER_TIMEOUT_MILLISECONDS });
    return true;
  } catch {
    return false;
  }
}
