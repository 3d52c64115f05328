import {
  choice,
  declare,
  instant,
  maybe,
  object,
  objects,
  optional,
  place,
  providerId,
  seconds,
  text,
  type ValuesOf,
} from '../core/field-rules.ts';
import {
  ACTIVITIES,
  ATTENTIONS,
  COLLECTION_KINDS,
  MEDIA,
  SECONDS_SOURCES,
  type ViewingCollection,
  type ViewingPlace,
} from './viewing-rules.ts';

export const referenceFields = { source: text('source', 100), ref: text('ref', 900) };

/** A show by folder name or `tmdb:<id>`, a channel or a podcast. */
export const collectionBounds = {
  kind: choice('', COLLECTION_KINDS).bounds,
  id: text('', 255).bounds,
};

const placesField = objects<{ season: number; episode: number }>('places', {
  season: place('').bounds,
  episode: place('').bounds,
});

export const entryRecord = declare('entry', {
  ...referenceFields,
  title: text('title'),
  medium: choice('medium', MEDIA),
  at: optional(instant('timestamp')),
  seconds: seconds('duration'),
  secondsSource: choice('duration_source', SECONDS_SOURCES),
  activity: choice('activity', ACTIVITIES),
  attention: choice('attention', ATTENTIONS),
  language: optional(text('language', 35)),
  collection: optional(
    object<Pick<ViewingCollection, 'kind' | 'id' | 'name'>>('collection', {
      ...collectionBounds,
      name: maybe(text('')),
    }),
  ),
  places: {
    ...placesField,
    read: (value: unknown): readonly ViewingPlace[] =>
      placesField.read(value).map(({ season, episode }) => ({ seasonNumber: season, episodeNumber: episode })),
    write: (places: readonly ViewingPlace[]) =>
      places.map(({ seasonNumber, episodeNumber }) => ({ season: seasonNumber, episode: episodeNumber })),
    absent: { value: [] },
  },
  /** For films. */
  tmdbId: optional(providerId('tmdb_id')),
  batchId: { ...optional(text('batch_id')), isInternal: true },
});

/**
 * A viewing other than a file or link: typed by a user, or reported by a player. One for an episode already seen is a
 * rewatch.
 */
export type Entry = ValuesOf<typeof entryRecord.fields>;
