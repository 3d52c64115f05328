import { execFileSync } from 'node:child_process';
import { stopBackgroundEmulator } from './ministack.ts';
import { COMPOSE_FILE, hasDocker, STATE_FILE } from './places.ts';

// Ends what `npm run stack:up` started, with all that is stored there.
const stopped = await stopBackgroundEmulator(STATE_FILE);
if (stopped) process.stderr.write('MiniStack has stopped.\n');
else if (hasDocker()) execFileSync('docker', ['compose', '--file', COMPOSE_FILE, 'down'], { stdio: ['ignore', 2, 2] });
else process.stderr.write('No emulator runs.\n');
