import { ImmersionError, NotConfiguredError } from '../core/errors.ts';
import type { KeyProbe } from './ports.ts';

const PROVIDERS = ['tvdb', 'tmdb', 'youtube', 'spotify', 'trakt'] as const;

/** A provider's key after one request with it. */
export interface ProvenKey {
  provider: (typeof PROVIDERS)[number];
  state: 'works' | 'missing' | 'rejected' | 'unproven';
  message: string | null;
}

const REJECTED = /_(?:key_refused|api_disabled|forbidden|premium_required)$/;

export interface Keys {
  prove(): Promise<ProvenKey[]>;
}

export const createKeys = (probes: Record<ProvenKey['provider'], KeyProbe>): Keys => ({
  prove: () => Promise.all(PROVIDERS.map((provider) => proven(provider, probes[provider]))),
});

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
