import type { ApiClient } from '../core/terminal/api-client.ts';
import type { NamedCollection } from '../viewings/rule-calls.ts';
import { getProgress } from './progress-contract.ts';

/** The channels and podcasts that a person watched, as the API lists them. */
export async function watchedChannels(api: ApiClient): Promise<NamedCollection[]> {
  const { youtube_channels: channels, spotify_shows: podcasts } = await api.call(getProgress);
  return [
    ...channels.map(({ channel_id: id, channel_name: name }) => ({
      kind: 'channel' as const,
      id,
      names: present(name),
    })),
    ...podcasts.map(({ show_id: id, show_name: name }) => ({ kind: 'podcast' as const, id, names: present(name) })),
  ];
}

const present = (name: string | null): string[] => (name === null ? [] : [name]);
