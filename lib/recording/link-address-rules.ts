/** Links to YouTube or Spotify that can't be recorded. */
export type UnrecordableKind =
  | 'clip'
  | 'channel'
  | 'personal_playlist'
  | 'youtube_page'
  | 'spotify_show'
  | 'spotify_track'
  | 'spotify_music'
  | 'spotify_audiobook'
  | 'spotify_page'
  | 'short_link'
  | 'incomplete';

/** What an address on YouTube or Spotify refers to. */
export type LinkTarget =
  | { kind: 'video'; service: 'youtube'; id: string }
  | { kind: 'episode'; service: 'spotify'; id: string }
  | { kind: 'playlist'; id: string }
  | { kind: 'not_recordable'; what: UnrecordableKind; message: string };

const MESSAGES: Record<UnrecordableKind, string> = {
  clip: 'a YouTube clip: open it and copy the link of the whole video',
  channel: 'a YouTube channel, not a video',
  personal_playlist: 'a YouTube list that only you can see: copy the links of its videos',
  youtube_page: 'a YouTube page, not a video',
  spotify_show: 'a Spotify show: copy the links of the episodes that you listened to',
  spotify_track: 'a Spotify song, not a podcast episode',
  spotify_music: 'music on Spotify, not a podcast episode',
  spotify_audiobook: 'a Spotify audiobook, not a podcast episode',
  spotify_page: 'a Spotify page, not a podcast episode',
  short_link: 'a short Spotify link: open it and copy the long link from the address bar',
  incomplete: 'a link with an incomplete ID: copy it again',
};

const YOUTUBE_HOSTS = new Set(
  ['', 'www.', 'm.', 'music.']
    .map((name) => `${name}youtube.com`)
    .concat('youtube-nocookie.com', 'www.youtube-nocookie.com'),
);
const SHORT_YOUTUBE_HOSTS = new Set(['youtu.be', 'www.youtu.be']);
const SHORT_SPOTIFY_HOSTS = new Set(['spotify.link', 'www.spotify.link', 'spotify.app.link']);
const YOUTUBE_ID = /^[\w-]{11}$/;
/** 11-letter words in place of an id. */
const NO_YOUTUBE_IDS = new Set(['videoseries', 'live_stream']);
const PLAYLIST_ID = /^[\w-]{12,64}$/;
/** Watch later, liked videos, and mixes, which are personal. */
const PERSONAL_PLAYLIST = /^(?:WL|LL|LM|RD[\w-]*)$/;
const SPOTIFY_ID = /^[0-9A-Za-z]{22}$/;
const SPOTIFY_KINDS: Record<string, UnrecordableKind> = {
  show: 'spotify_show',
  track: 'spotify_track',
  album: 'spotify_music',
  artist: 'spotify_music',
  playlist: 'spotify_music',
  audiobook: 'spotify_audiobook',
  chapter: 'spotify_audiobook',
};

/** Parses an address, with or without `https://`; undefined if it isn't from YouTube or Spotify. */
export function parseAddress(text: string): LinkTarget | undefined {
  const uri = /^spotify:([^?#]+)/i.exec(text)?.[1];
  if (uri !== undefined) return spotify(uri.split(':'));
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const host = url.hostname;
  const path = url.pathname.split('/').filter((part) => part !== '');
  if (SHORT_YOUTUBE_HOSTS.has(host)) return youtubeVideo(path[0]) ?? youtubePlaylist(url) ?? unrecordable('incomplete');
  if (YOUTUBE_HOSTS.has(host)) return youtube(url, path);
  if (SHORT_SPOTIFY_HOSTS.has(host)) return unrecordable('short_link');
  return host === 'open.spotify.com' ? spotify(path) : undefined;
}

function youtube(url: URL, [page = '', id]: string[]): LinkTarget {
  switch (page) {
    case 'watch':
      return youtubeVideo(url.searchParams.get('v') ?? undefined) ?? youtubePlaylist(url) ?? unrecordable('incomplete');
    case 'shorts':
    case 'live':
    case 'embed':
    case 'v':
      if (id === 'live_stream') return unrecordable('channel');
      return youtubeVideo(id) ?? youtubePlaylist(url) ?? unrecordable('incomplete');
    case 'playlist':
      return youtubePlaylist(url) ?? unrecordable('incomplete');
    case 'clip':
      return unrecordable('clip');
    case 'channel':
    case 'c':
    case 'user':
      return unrecordable('channel');
    default:
      return unrecordable(page.startsWith('@') ? 'channel' : 'youtube_page');
  }
}

const youtubeVideo = (id: string | undefined): LinkTarget | undefined =>
  id !== undefined && YOUTUBE_ID.test(id) && !NO_YOUTUBE_IDS.has(id)
    ? { kind: 'video', service: 'youtube', id }
    : undefined;

/** Only if no video is named, not even by a broken id. */
function youtubePlaylist(url: URL): LinkTarget | undefined {
  const id = url.searchParams.get('list');
  if (id === null || url.searchParams.get('v')) return undefined;
  if (PERSONAL_PLAYLIST.test(id)) return unrecordable('personal_playlist');
  return PLAYLIST_ID.test(id) ? { kind: 'playlist', id } : undefined;
}

/** Parts of a Spotify path or URI, which may begin with a language and `embed`. */
function spotify(parts: string[]): LinkTarget {
  const named = parts.filter((part, index) => index > 1 || !/^(?:intl-[a-z]{2}|embed|embed-podcast)$/i.test(part));
  const [kind = '', id = '', ...rest] = named;
  if (kind.toLowerCase() !== 'episode') return unrecordable(SPOTIFY_KINDS[kind.toLowerCase()] ?? 'spotify_page');
  return SPOTIFY_ID.test(id) && rest.length === 0
    ? { kind: 'episode', service: 'spotify', id }
    : unrecordable('incomplete');
}

const unrecordable = (what: UnrecordableKind): LinkTarget => ({
  kind: 'not_recordable',
  what,
  message: MESSAGES[what],
});
