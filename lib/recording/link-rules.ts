/** Something watched or listened to, as a link names it. */
export interface MediaLink {
  service: 'youtube' | 'spotify';
  id: string;
}

const YOUTUBE_ID = /^[\w-]{11}$/;
const SPOTIFY_ID = /^[0-9A-Za-z]{22}$/;
const YOUTUBE_HOSTS = new Set(['youtube.com', 'www.youtube.com', 'm.youtube.com', 'music.youtube.com']);
const YOUTUBE_PATHS = new Set(['shorts', 'live', 'embed']);
const SHORT_HOSTS = new Set(['youtu.be', 'www.youtu.be']);
const MAXIMUM_LINK_CHARACTERS = 4096;

/** What a line names: a YouTube video or a Spotify episode, in any form of link; undefined when it is neither. */
export function parseLink(line: string): MediaLink | undefined {
  const text = line.trim();
  if (text.length > MAXIMUM_LINK_CHARACTERS || /\s/u.test(text)) return undefined;
  const uri = /^spotify:episode:([^:?#]+)$/i.exec(text);
  if (uri) return spotify(uri[1]);
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const host = url.hostname.toLowerCase();
  const [first = '', second, third] = url.pathname.split('/').slice(1);
  if (SHORT_HOSTS.has(host)) return youtube(first);
  if (YOUTUBE_HOSTS.has(host)) {
    if (first === 'watch') return youtube(url.searchParams.get('v') ?? undefined);
    return YOUTUBE_PATHS.has(first) ? youtube(second) : undefined;
  }
  if (host !== 'open.spotify.com') return undefined;
  const [kind, id] = /^intl-[a-z]{2}$/i.test(first) ? [second, third] : [first, second];
  return kind === 'episode' ? spotify(id) : undefined;
}

/** A link's name in one word, for journals: `youtube:dQw4w9WgXcQ`. */
export const linkKey = ({ service, id }: MediaLink): string => `${service}:${id}`;

/** Whether a line of a list of links says nothing: blank, or a comment. */
export const isBlankOrComment = (line: string): boolean => /^\s*(?:#|$)/u.test(line);

const youtube = (id: string | undefined): MediaLink | undefined =>
  id !== undefined && YOUTUBE_ID.test(id) ? { service: 'youtube', id } : undefined;

const spotify = (id: string | undefined): MediaLink | undefined =>
  id !== undefined && SPOTIFY_ID.test(id) ? { service: 'spotify', id } : undefined;
