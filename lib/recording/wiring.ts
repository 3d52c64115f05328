import type { Context } from '../core/context.ts';
import { createEpisodes, type Episodes } from './episodes-service.ts';

export interface RecordingServices {
  episodes: Episodes;
}

/** What is recorded without asking a provider. */
export const wire = ({ store, clock }: Context): RecordingServices => ({ episodes: createEpisodes({ store, clock }) });
