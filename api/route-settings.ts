import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import type { Clock } from '../lib/core/ports.ts';

/** What routes may need beside their feature's services. */
export interface RouteSettings {
  version: string;
  clock: Clock;
  endpoints: () => Promise<readonly Endpoint[]>;
}
