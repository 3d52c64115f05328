import type { Context } from '../core/context.ts';
import { positionsSchema } from '../positions/position-items.ts';
import { checkLine } from './exchange-contract.ts';
import { createExchange, type Exchange } from './exchange-service.ts';

export interface ExchangeServices {
  exchange: Exchange;
}

export function wire({ store, openStore, config }: Context): ExchangeServices {
  let positions: ReturnType<typeof openStore> | undefined;
  const openPositions = () => (positions ??= openStore(positionsSchema(config.positionsTable)));
  return { exchange: createExchange({ store, openPositions, checkLine }) };
}
