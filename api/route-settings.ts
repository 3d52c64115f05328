import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import type { Clock, Log } from '../lib/core/ports.ts';

/** Settings of routes besides their services. */
export interface RouteSettings {
  version: string;
  clock: Clock;
  log: Log;
  endpoints: () => Promise<readonly Endpoint[]>;
}
