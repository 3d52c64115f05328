import { ImmersionError, NotConfiguredError } from '../core/errors.ts';
import { createSingleFlight } from '../core/single-flight.ts';
import type { KeyProbe } from './ports.ts';

const PROVIDERS = ['tvdb', 'tmdb', 'youtube', 'spotify', 'trakt'] as const;

/** The result of a request with a provider's key. */
export interface ProvenKey {
  provider: (typeof PROVIDERS)[number];
  state: 'works' | 'missing' | 'rejected' | 'unproven';
  message: string | null;
}

const REJECTED = /_(?:key_refused|api_disabled|forbidden|premium_required)$/;

export interface Keys {
  prove(): Promise<ProvenKey[]>;
}

export function createKeys(probes: Record<ProvenKey['provider'], KeyProbe>): Keys {
  // Simultaneous requests cost no more than one.
  const flights = createSingleFlight<ProvenKey[]>();
  const proveAll = () => Promise.all(PROVIDERS.map((provider) => proven(provider, probes[provider])));
  return { prove: () => flights.run('all', proveAll) };
}

async function proven(provider: ProvenKey['provider'], probe: KeyProbe): Promise<ProvenKey> {
  try {
    await probe();
    return { provider, state: 'works', message: null };
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    if (error instanceof NotConfiguredError) return { provider, state: 'missing', message: null };
    return { provider, state: REJECTED.test(error.code) ? 'rejected' : 'unproven', message: error.message };
  }
}
