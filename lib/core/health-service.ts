import type { Store } from './store/store.ts';

export interface Health {
  /** Resolves when the store responding; throws `StoreError` when it does not. */
  check(): Promise<void>;
}

export const createHealth = ({ store }: { store: Store }): Health => ({ check: () => store.ping() });
