import { onLambda, processEnvironment, readConfig } from '../lib/config.ts';
import type { Tick } from '../lib/services/tick.ts';
import { createTelemetry } from '../lib/telemetry.ts';
import { wire } from '../lib/wiring.ts';

export type TickHandler = () => Promise<{ done: string[] }>;

/** Runs the scheduled jobs. It fails when one of them does, so that the function's error count shows it. */
export function createTickHandler(tick: Tick): TickHandler {
  return async () => {
    const { done, failed } = await tick.run();
    if (failed.length > 0) throw new Error(`Scheduled jobs failed: ${failed.join(', ')}. The log says why.`);
    return { done };
  };
}

async function start(): Promise<TickHandler> {
  const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const { log } = createTelemetry({ write: (line) => process.stdout.write(`${line}\n`) });
  return createTickHandler((await wire(config, { log })).tick);
}

/** What Lambda calls. */
export const handler = onLambda(processEnvironment()) ? await start() : undefined;
