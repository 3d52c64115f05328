import { execFileSync } from 'node:child_process';
import { stopBackgroundEmulator } from './ministack.ts';
import { COMPOSE_FILE, hasDocker, STATE_FILE } from './places.ts';

// Stops the emulator of `npm run stack:up` and deletes its data.
const stopped = await stopBackgroundEmulator(STATE_FILE);
if (stopped) process.stderr.write('MiniStack has stopped.\n');
else if (hasDocker()) execFileSync('docker', ['compose', '--file', COMPOSE_FILE, 'down'], { stdio: ['ignore', 2, 2] });
else process.stderr.write('No emulator runs.\n');
