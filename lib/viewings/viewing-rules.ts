/** Where a viewing's length comes from, the best source first: a better one replaces a worse one, never the reverse. */
export const SECONDS_SOURCES = ['person', 'player', 'file', 'episode', 'average', 'guess'] as const;
export type SecondsSource = (typeof SECONDS_SOURCES)[number];

export const MEDIA = ['episode', 'film', 'video', 'podcast', 'other'] as const;
export type Medium = (typeof MEDIA)[number];

export const ACTIVITIES = ['watching', 'listening', 'reading', 'talking'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export const ATTENTIONS = ['focused', 'background'] as const;
export type Attention = (typeof ATTENTIONS)[number];

/** Where a viewing's language comes from, the best source first. */
export const LANGUAGE_SOURCES = ['person', 'rule', 'file', 'provider', 'default'] as const;
export type LanguageSource = (typeof LANGUAGE_SOURCES)[number];

/** Who told of a viewing, and by which name it is known there; unique per person. */
export interface ViewingReference {
  /** `file`, `youtube`, `spotify`, `trakt`, `entry`, … */
  source: string;
  ref: string;
}

/** The show, channel, podcast or series that a viewing is part of. */
export interface ViewingCollection {
  kind: 'show' | 'channel' | 'podcast';
  /** The folder name, channel id or podcast id; `tmdb:<id>` where only a catalogue knows it. */
  id: string;
  /** Null where nothing but the id is known. */
  name: string | null;
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
  /** Epoch seconds of its end; null where the date is unknown: it counts in totals, and on no day. */
  at: number | null;
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
  collection: ViewingCollection | null;
  /** The series, by every id that is known of it; null where the viewing belongs to none. */
  series: { tmdbId: number | null; tvdbId: number | null } | null;
  /** All places that one file holds; empty where none can be known. */
  places: readonly ViewingPlace[];
  /** Every source that told of it, the first of them naming the viewing: its `id` is made of that one. */
  references: readonly [ViewingReference, ...ViewingReference[]];
  /** The run that brought it; null for those of before there were runs. */
  batchId: string | null;
}
