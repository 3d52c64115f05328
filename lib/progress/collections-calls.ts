import type { ApiClient } from '../core/terminal/api-client.ts';
import type { NamedCollection } from '../viewings/rule-calls.ts';
import { getProgress } from './progress-contract.ts';

/** A user's channels and podcasts. */
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
