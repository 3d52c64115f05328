import type { Context } from 'aws-lambda';
import { onLambda, processEnvironment, readConfig } from '../lib/core/config.ts';
import type { Tick } from '../lib/core/tick.ts';
import { createTelemetry } from '../lib/core/telemetry.ts';
import { wire } from '../lib/core/wiring.ts';
import { openFeatures } from './features.ts';

export type TickHandler = (
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<{ done: string[] }>;

/** Time reserved for checkpoints and pending responses after the jobs. */
const RESERVE_MILLISECONDS = 5000;

/** Runs the scheduled jobs. Fails if one of them does, to be visible in the function's error count. */
export function createTickHandler(tick: Tick): TickHandler {
  return async (_, context) => {
    const { done, failed } = await tick.run(context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS);
    if (failed.length > 0) throw new Error(`Scheduled jobs failed: ${failed.join(', ')}. See the log.`);
    return { done };
  };
}

async function start(): Promise<TickHandler> {
  const config = readConfig({ environment: processEnvironment(), workingDirectory: process.cwd() });
  const { log } = createTelemetry({ write: (line) => process.stdout.write(`${line}\n`) });
  return createTickHandler((await wire(config, openFeatures, { log })).tick);
}

export const handler = onLambda(processEnvironment()) ? await start() : undefined;
