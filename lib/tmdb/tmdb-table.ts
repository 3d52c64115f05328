import type * as z from 'zod';
import type {
  TmdbHitAnswer,
  tmdbCollectionSchema,
  tmdbMovieSchema,
  tmdbPersonSchema,
  tmdbSeriesSchema,
} from './tmdb-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { asLine, wrapToWidth } from '../core/terminal/text.ts';

const TYPES: Record<TmdbHitAnswer['type'], string> = { movie: 'film', tv: 'series', person: 'person' };
const CAST_SHOWN = 10;

export const hitTable = (hits: readonly TmdbHitAnswer[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Title', flexible: true },
      { head: 'Original', flexible: true, optional: true },
      { head: 'Year', align: 'right' },
      { head: 'Kind' },
      { head: 'TMDB id', align: 'right' },
    ],
    hits.map((hit) => [
      hit.title,
      hit.original_title ?? '',
      hit.year?.toString() ?? '',
      TYPES[hit.type],
      String(hit.tmdb_id),
    ]),
    screen,
  );

/** A film and its cast. */
export const movieText = (movie: z.output<typeof tmdbMovieSchema>, screen: Screen): string =>
  sections([
    heading(movie.title, movie.original_title, screen),
    facts([
      ['Released', movie.release_date],
      ['Runtime', movie.runtime_minutes === null ? null : `${movie.runtime_minutes} min`],
      ['Genres', movie.genres.join(', ')],
      ['Collection', movie.collection && `${movie.collection.name} [${movie.collection.collection_id}]`],
      ['IMDb', movie.imdb_id],
    ]),
    wrapToWidth(movie.overview ?? '', screen.columns),
    castTable(movie.cast, screen),
  ]);

/** A series, its seasons and its cast. */
export const seriesText = (series: z.output<typeof tmdbSeriesSchema>, screen: Screen): string =>
  sections([
    heading(series.name, series.original_name, screen),
    facts([
      ['On air', [series.first_air_date, series.last_air_date].filter(Boolean).join(' to ')],
      ['Status', series.status],
      ['Episodes', String(series.number_of_episodes)],
      ['Genres', series.genres.join(', ')],
      ['TVDB id', series.tvdb_id?.toString() ?? null],
    ]),
    wrapToWidth(series.overview ?? '', screen.columns),
    renderTable(
      [{ head: 'Season' }, { head: 'Name', flexible: true }, { head: 'From' }, { head: 'Episodes', align: 'right' }],
      series.seasons.map((season) => [
        String(season.season_number),
        season.name ?? '',
        season.air_date ?? '',
        String(season.episode_count),
      ]),
      screen,
    ),
    castTable(series.cast, screen),
  ]);

/** A person with their films and series, newest first. */
export const personText = (person: z.output<typeof tmdbPersonSchema>, screen: Screen): string =>
  sections([
    heading(person.name, null, screen),
    facts([
      ['Known for', person.known_for_department],
      ['Born', [person.birthday, person.place_of_birth].filter(Boolean).join(', ')],
      ['Died', person.deathday],
    ]),
    wrapToWidth(person.biography ?? '', screen.columns),
    renderTable(
      [
        { head: 'Title', flexible: true },
        { head: 'As', flexible: true },
        { head: 'Year', align: 'right' },
        { head: 'Kind' },
        { head: 'TMDB id', align: 'right' },
      ],
      [...person.cast, ...person.crew]
        .sort((a, b) => (b.year ?? 0) - (a.year ?? 0))
        .map((credit) => [
          credit.title,
          credit.character ?? credit.job ?? '',
          credit.year?.toString() ?? '',
          TYPES[credit.type],
          String(credit.tmdb_id),
        ]),
      screen,
    ),
  ]);

export const collectionText = (collection: z.output<typeof tmdbCollectionSchema>, screen: Screen): string =>
  sections([
    heading(collection.name, null, screen),
    wrapToWidth(collection.overview ?? '', screen.columns),
    hitTable(collection.parts, screen),
  ]);

const castTable = (cast: z.output<typeof tmdbMovieSchema>['cast'], screen: Screen): string =>
  cast.length === 0
    ? ''
    : renderTable(
        [
          { head: 'Cast', flexible: true },
          { head: 'As', flexible: true },
          { head: 'TMDB id', align: 'right' },
        ],
        cast.slice(0, CAST_SHOWN).map((member) => [member.name, member.character ?? '', String(member.person_id)]),
        screen,
      );

const heading = (name: string, original: string | null, screen: Screen): string =>
  screen.style('bold', asLine(name)) + (original === null ? '' : ` ${asLine(original)}`);

const facts = (lines: [name: string, value: string | null][]): string =>
  lines
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${asLine(value ?? '')}`)
    .join('\n');

const sections = (parts: string[]): string => parts.filter((part) => part !== '').join('\n\n');
