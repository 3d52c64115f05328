import type { TmdbMovies } from './ports.ts';
import * as z from 'zod';
import { idNumber, listOf, optionalNumber, optionalText } from '../core/http/tolerant-fields.ts';
import type { TmdbRequest } from './request-client.ts';

export interface TmdbMoviesOptions {
  request: TmdbRequest;
  /** `https://image.tmdb.org/t/p` */
  imageBaseUrl: string;
}

const movieSchema = z.object({
  id: idNumber,
  title: optionalText,
  original_title: optionalText,
  poster_path: optionalText,
  runtime: optionalNumber,
});
const hitSchema = z.object({
  id: idNumber,
  title: z.string().nullish(),
  original_title: optionalText,
  release_date: optionalText,
  poster_path: optionalText,
  overview: optionalText,
});
const searchSchema = z.object({ results: listOf(hitSchema).nullish() });

/** All fields but the id may be null, despite TMDB's documentation. */
export function createTmdbMovies({ request, imageBaseUrl }: TmdbMoviesOptions): TmdbMovies {
  const poster = (path: string | null | undefined) => (path ? `${imageBaseUrl}/w500${path}` : null);

  return {
    async movie(tmdbId) {
      const movie = await request(`/movie/${tmdbId}`, { subject: `film ${tmdbId}`, schema: movieSchema });
      if (movie === undefined) return undefined;
      return {
        tmdbId: movie.id,
        ...titlesOf(movie),
        image: poster(movie.poster_path),
        runtimeSeconds: Math.round((movie.runtime ?? 0) * 60),
      };
    },
    async searchMovies(query) {
      const subject = `the search for “${query}”`;
      const page = await request('/search/movie', { subject, schema: searchSchema, query: { query } });
      return (page?.results ?? []).map((hit) => {
        const { title, originalTitle } = titlesOf(hit);
        const year = Number(/^\d{4}/.exec(hit.release_date ?? '')?.[0]) || null;
        return {
          tmdbId: hit.id,
          title,
          originalTitle,
          year,
          image: poster(hit.poster_path),
          overview: hit.overview || null,
        };
      });
    },
  };
}

/** The original title only if it differs. */
function titlesOf(film: { id: number; title?: string | null | undefined; original_title?: string | null | undefined }) {
  const title = film.title || film.original_title || `TMDB film ${film.id}`;
  const originalTitle = film.original_title || null;
  return { title, originalTitle: originalTitle === title ? null : originalTitle };
}
