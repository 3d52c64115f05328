import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import type { Clock, Log } from '../lib/core/ports.ts';

/** What routes may need beside their feature's services. */
export interface RouteSettings {
  version: string;
  clock: Clock;
  log: Log;
  endpoints: () => Promise<readonly Endpoint[]>;
}
