import type { Context } from '../core/context.ts';
import { createRuns, type Runs } from './run-service.ts';

export const wire = ({ store, clock }: Context): { runs: Runs } => ({ runs: createRuns({ store, clock }) });
