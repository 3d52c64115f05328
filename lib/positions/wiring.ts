import type { Context } from '../core/context.ts';
import { positionsSchema } from './position-items.ts';
import { createPositions, type Positions } from './positions-service.ts';

export interface PositionServices {
  positions: Positions;
}

export const wire = ({ config, openStore, microseconds }: Context): PositionServices => ({
  positions: createPositions({ store: openStore(positionsSchema(config.positionsTable)), microseconds }),
});
