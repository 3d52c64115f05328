// Runs several commands in this process. The argument is a JSON array of their arguments; prints what each said.
import { runInside } from './cli-inside.ts';

const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
const said: (string | undefined)[] = [];
for (const args of JSON.parse(process.argv[2] ?? '') as string[][]) {
  said.push((await runInside(args, { environment, workingDirectory: process.cwd() }))?.stdout);
}
process.stdout.write(JSON.stringify(said), () => process.exit());
