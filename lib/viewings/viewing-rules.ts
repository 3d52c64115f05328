/** Best first: a better source replaces a worse one, never the reverse. */
export const SECONDS_SOURCES = ['person', 'player', 'file', 'episode', 'average', 'guess'] as const;
export type SecondsSource = (typeof SECONDS_SOURCES)[number];

export const ACTIVITIES = ['watching', 'listening', 'reading', 'talking'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Names, default activity, and the type in `/history`. */
interface MediumFacts {
  label: string;
  plural: string;
  activity: Activity;
  historyType: string;
}

export const MEDIUM = {
  episode: { label: 'Episode', plural: 'Episodes', activity: 'watching', historyType: 'episode' },
  film: { label: 'Film', plural: 'Films', activity: 'watching', historyType: 'movie' },
  video: { label: 'Video', plural: 'Videos', activity: 'watching', historyType: 'youtube_video' },
  podcast: { label: 'Podcast', plural: 'Podcasts', activity: 'listening', historyType: 'spotify_episode' },
  other: { label: 'Other', plural: 'Other', activity: 'watching', historyType: 'other' },
} as const satisfies Record<string, MediumFacts>;
export type Medium = keyof typeof MEDIUM;
export const MEDIA = Object.keys(MEDIUM) as [Medium, ...Medium[]];

export const ATTENTIONS = ['focused', 'background'] as const;
export type Attention = (typeof ATTENTIONS)[number];

/** Best first. */
export const LANGUAGE_SOURCES = ['person', 'rule', 'file', 'provider', 'default'] as const;
export type LanguageSource = (typeof LANGUAGE_SOURCES)[number];

/** A viewing's id in a source; unique per user. */
export interface ViewingReference {
  /** `file`, `youtube`, `spotify`, `trakt`, or a client's own. */
  source: string;
  /** For a file, its path in the library: `shows/Harbour/01`, `movies/Ponyo`. */
  ref: string;
}

export const COLLECTION_KINDS = ['show', 'channel', 'podcast'] as const;

/** The show, channel, podcast or series of a viewing. */
export interface ViewingCollection {
  kind: (typeof COLLECTION_KINDS)[number];
  /** The folder name, channel id or podcast id; `tmdb:<id>` for shows without a folder. */
  id: string;
  name: string | null;
  image: string | null;
  /** For shows: the folder's, or that of the imported series. */
  tvdbId: number | null;
  /** Whether more than the id is stored. */
  isRecorded: boolean;
}

/** A film or series with all its known ids. */
export interface Work {
  kind: 'film' | 'series';
  tmdbId: number | null;
  tvdbId: number | null;
  name: string | null;
  image: string | null;
}

/** Season 0 is the specials. */
export interface ViewingPlace {
  seasonNumber: number;
  episodeNumber: number;
}

/**
 * A period in which a user watched, listened to or read one thing. Files, links, imports and typed entries are its
 * sources; everything that counts or lists uses viewings.
 */
export interface Viewing {
  /** Its end in epoch seconds; null if unknown or marked in bulk: it counts in totals, on no day. */
  at: number | null;
  /** The instant that a source states, even if implausible; null if none does. */
  statedAt: number | null;
  /** The air date shown instead of a day of bulk marking; not used in counts. */
  shownDay: string | null;
  /** Length of the content. */
  seconds: number;
  secondsSource: SecondsSource;
  medium: Medium;
  activity: Activity;
  attention: Attention;
  /** BCP 47 primary subtag. */
  language: string | null;
  languageSource: LanguageSource | null;
  title: string;
  /** The same object for all its viewings in one read. */
  collection: ViewingCollection | null;
  /** The same object for all its viewings in one read; null unless an episode or a film in a catalog. */
  work: Work | null;
  /** For films: the source's name and poster. */
  film: { name: string | null; image: string | null } | null;
  /** All episodes in one file; empty if unknown or not needed. */
  places: readonly ViewingPlace[];
  /** All sources; the viewing's id is derived from the first. */
  references: readonly [ViewingReference, ...ViewingReference[]];
  /** Null if it predates runs. */
  batchId: string | null;
}

/** For episodes of unknown length. */
export const FALLBACK_EPISODE_SECONDS = 20 * 60;

export const isBetterSource = (source: SecondsSource, than: SecondsSource): boolean =>
  SECONDS_SOURCES.indexOf(source) < SECONDS_SOURCES.indexOf(than);

/** Sources with contract items of their own. */
export const CONTRACT_SOURCES = ['file', 'youtube', 'spotify'] as const;
/** Services whose histories can be imported, by the source of their viewings. */
export const IMPORT_SERVICES = { trakt: 'Trakt' } as const;
export type ImportService = keyof typeof IMPORT_SERVICES;
export const IMPORT_SERVICE_IDS = Object.keys(IMPORT_SERVICES) as [ImportService, ...ImportService[]];
/** Sources of imported sessions. All others are entries. */
export const IMPORT_SOURCES = [...IMPORT_SERVICE_IDS, 'manual'] as const;

/** An event's id among those of all services. Trakt's are stored as they are. */
export const eventIdAt = (service: string, id: string): string => (service === 'trakt' ? id : `${service}/${id}`);
export const serviceOfEvent = (eventId: string): ImportService =>
  IMPORT_SERVICE_IDS.find((service) => eventId.startsWith(`${service}/`)) ?? 'trakt';

const isOneOf = (sources: readonly string[], { references: [{ source }] }: Viewing): boolean =>
  sources.includes(source);

/** Whether it is a file or link, which never merge with one another. */
export const isContractItem = (viewing: Viewing): boolean => isOneOf(CONTRACT_SOURCES, viewing);

export const isImported = (viewing: Viewing): boolean => isOneOf(IMPORT_SOURCES, viewing);

/** Source of entries that a user typed. */
export const TYPED_SOURCE = 'log';
/** Source of entries for a file or link watched again. */
export const REWATCH_SOURCE = 'rewatch';

/** A user said that it was watched before: it adds time and never merges. */
export const isRewatch = ({ references: [{ source }] }: Viewing): boolean => source === REWATCH_SOURCE;

/** `1x2` */
export const placeText = ({ seasonNumber, episodeNumber }: ViewingPlace): string => `${seasonNumber}x${episodeNumber}`;
