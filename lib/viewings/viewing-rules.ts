/** Where a viewing's length comes from, the best source first: a better one replaces a worse one, never the reverse. */
export const SECONDS_SOURCES = ['person', 'player', 'file', 'episode', 'average', 'guess'] as const;
export type SecondsSource = (typeof SECONDS_SOURCES)[number];

export const ACTIVITIES = ['watching', 'listening', 'reading', 'talking'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** What a medium is called, what one does with it unless something else is said, and its type in the first history. */
interface MediumFacts {
  label: string;
  plural: string;
  activity: Activity;
  historyType: string;
}

/** Every medium. A further one is a further row. */
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

/** Where a viewing's language comes from, the best source first. */
export const LANGUAGE_SOURCES = ['person', 'rule', 'file', 'provider', 'default'] as const;
export type LanguageSource = (typeof LANGUAGE_SOURCES)[number];

/** Who told of a viewing, and by which name it is known there; unique per person. */
export interface ViewingReference {
  /** `file`, `youtube`, `spotify`, `trakt`, or what an entry names. */
  source: string;
  /** Of a file its path in the library: `shows/Harbour/01`, `movies/Ponyo`. */
  ref: string;
}

export const COLLECTION_KINDS = ['show', 'channel', 'podcast'] as const;

/** The show, channel, podcast or series that a viewing is part of. */
export interface ViewingCollection {
  kind: (typeof COLLECTION_KINDS)[number];
  /** The folder name, channel id or podcast id; `tmdb:<id>` where only an import or an entry tells of it. */
  id: string;
  /** Null where nothing but the id is known. */
  name: string | null;
  image: string | null;
  /** Of a show: what the folder itself says, or the series of an import. */
  tvdbId: number | null;
  /** Whether anything is stored of it but its id. */
  isRecorded: boolean;
}

/** The film or series that a viewing belongs to, by every id that is known of it. */
export interface Work {
  kind: 'film' | 'series';
  tmdbId: number | null;
  tvdbId: number | null;
  name: string | null;
  image: string | null;
}

/** Season and episode of a series; season 0 is the specials. */
export interface ViewingPlace {
  seasonNumber: number;
  episodeNumber: number;
}

/**
 * One stretch of time in which a person watched, listened to or read one thing. Files, links, imports and what a person
 * types only say where it came from: everything that counts or lists reads viewings.
 */
export interface Viewing {
  /** Epoch seconds of its end; null where the date is unknown or was ticked off: it counts in totals, and on no day. */
  at: number | null;
  /** The instant that a source states, also one at which it cannot have been watched; null where none states any. */
  statedAt: number | null;
  /** The air date that is shown in place of a day on which more was ticked off than watched; it counts for nothing. */
  shownDay: string | null;
  /** Content time. */
  seconds: number;
  secondsSource: SecondsSource;
  medium: Medium;
  activity: Activity;
  attention: Attention;
  /** BCP 47 primary subtag, or null where it is unknown. */
  language: string | null;
  languageSource: LanguageSource | null;
  title: string;
  /** One object for all viewings that are part of it in one reading. */
  collection: ViewingCollection | null;
  /** One object for all viewings of it in one reading; null where it is neither an episode nor a film that a catalog knows. */
  work: Work | null;
  /** Of a film: what its source calls it, and its poster. */
  film: { name: string | null; image: string | null } | null;
  /** All places that one file holds; empty where none can be known, or nothing needed to know them. */
  places: readonly ViewingPlace[];
  /** Every source that told of it, the first of them naming the viewing: its id is made of that one. */
  references: readonly [ViewingReference, ...ViewingReference[]];
  /** The run that brought it; null for those of before there were runs. */
  batchId: string | null;
}

/** An episode of which no source tells the length. */
export const FALLBACK_EPISODE_SECONDS = 20 * 60;

/** Whether a source of a length is better than another. */
export const isBetterSource = (source: SecondsSource, than: SecondsSource): boolean =>
  SECONDS_SOURCES.indexOf(source) < SECONDS_SOURCES.indexOf(than);

/** Whether it stands for an item of the contract: a file or a link, which are never merged with one another. */
export const isContractItem = ({ references: [{ source }] }: Viewing): boolean =>
  source === 'file' || source === 'youtube' || source === 'spotify';

/** What an entry comes from that is neither a file's or link's nor an import's: a person, who typed it. */
export const TYPED_SOURCE = 'log';
/** What an entry comes from that tells of a file or link that was watched once more. */
export const REWATCH_SOURCE = 'rewatch';

/** Whether a person said that it was watched before: it adds time alone, and no other telling is of the same viewing. */
export const isRewatch = ({ references: [{ source }] }: Viewing): boolean => source === REWATCH_SOURCE;

/** `1x2`, to tell places of one series apart. */
export const placeText = ({ seasonNumber, episodeNumber }: ViewingPlace): string => `${seasonNumber}x${episodeNumber}`;
