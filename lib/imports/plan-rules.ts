import { shownDays, watchedDays } from './binge-rules.ts';
import {
  draftTitle,
  type EpisodeWatch,
  type MovieSession,
  type Title,
  type TitleMetadata,
  type TitleReference,
  type TitleState,
} from '../titles/title-rules.ts';
import { joinSessions, watchSpan, type WatchSession } from '../titles/session-rules.ts';
import { importedSession } from '../titles/imported-session-rules.ts';
import type { Days } from '../viewings/day-rules.ts';
import { viewingsOfImports } from '../viewings/source-viewing-rules.ts';
import type { ImportService, Viewing } from '../viewings/viewing-rules.ts';
import { SYNC_STAGES, type SyncStage } from './cursor-rules.ts';
import { seriesState, statusAfterEvent } from '../titles/title-status-rules.ts';
import type { Dropped, EpisodeWatched, ImportEvent, MovieWatched, Rated, SkipReason } from './event-rules.ts';

const HALF_A_DAY_SECONDS = 12 * 60 * 60;

/** What an import does or would do with a list. A title is new in the first list that has it. */
export interface ListCounts {
  total: number;
  new: number;
  existing: number;
  sessions: number;
  episodes: number;
  ratings: number;
  skipped: Partial<Record<SkipReason, number>>;
}

/** Plays that don't count on the day that Trakt states. */
export interface DateCounts {
  undated: number;
  /** Too close together to have been watched then: counted in totals, on no day. */
  tickedOff: number;
  /** Shown on their air date. */
  moved: number;
}

export interface TitlePlan {
  /** The new state of the title; undefined if unchanged. */
  title: Title | undefined;
  /** New and changed viewings. */
  watches: { record: MovieSession | EpisodeWatch; isNew: boolean }[];
  /** Viewings whose date was corrected. */
  removed: (MovieSession | EpisodeWatch)[];
  counts: Partial<Record<SyncStage, Partial<Omit<ListCounts, 'skipped'>>>>;
  /** Plays added to existing sessions. */
  joined: number;
  /** Added by this plan. */
  dates: DateCounts;
}

export interface PlanRequest {
  reference: TitleReference;
  events: readonly ImportEvent[];
  state: TitleState;
  /** Undefined if nothing needs it. */
  metadata: TitleMetadata | undefined;
  /** The events are a whole history, so bulk marking can be detected. */
  isFull: boolean;
  /** Trust Trakt's dates. */
  isTrusted: boolean;
  service: ImportService;
  /** Epoch seconds. */
  now: number;
  days: Days;
}

export function stageOf({ kind }: ImportEvent): SyncStage {
  switch (kind) {
    case 'movie_watched':
      return 'movies';
    case 'episode_watched':
    case 'dropped':
      return 'episodes';
    case 'planned':
      return 'watchlist';
    case 'rated':
      return 'ratings';
  }
}

/** Whether events need TMDB: for a new title or an episode's viewing. */
export function needsMetadata({ title, sessions, watches }: TitleState, events: readonly ImportEvent[]): boolean {
  if (title === undefined) return true;
  const held = new Set([...sessions, ...watches].flatMap(({ eventIds }) => eventIds));
  return events.some((event) => event.kind === 'episode_watched' && !held.has(event.eventId));
}

/** Plans the changes that events make to one title. Idempotent. */
export function planTitle(request: PlanRequest): TitlePlan {
  const { reference, events, state, now } = request;
  const watches = reference.type === 'movie' ? planSessions(request) : planWatches(request);
  const rated = events.filter((event): event is Rated => event.kind === 'rated');
  const before = state.title;
  const drafted = withRatings(before ?? draftTitle(request.reference), rated, request.service);
  const dropped = withDropped({ ...drafted.title, ...metadataOf(request) }, { events, watches: watches.all });
  const title = withState(dropped, watches.all, request);
  const isNew = before === undefined;
  const isChanged = isNew || before.rev === 0 || JSON.stringify(title) !== JSON.stringify(before);
  const counts = countLists(events, isNew);
  if (counts.movies) counts.movies.sessions = watches.added;
  if (counts.episodes) counts.episodes.episodes = watches.added;
  if (counts.ratings) counts.ratings.ratings = drafted.changed;
  return {
    title: isChanged ? { ...title, rev: isNew ? 1 : title.rev + 1, addedAt: isNew ? now : title.addedAt } : undefined,
    watches: watches.changed,
    removed: watches.removed,
    counts,
    joined: joinedPlays(state, watches.changed),
    dates: addedDates(request, title, watches.all),
  };
}

function joinedPlays({ sessions, watches }: TitleState, changed: TitlePlan['watches']): number {
  const sum = (records: readonly { plays: number }[]) => records.reduce((total, { plays }) => total + plays, 0);
  const after = changed.flatMap(({ record, isNew }) => (isNew ? [] : record));
  const nameOf = (one: MovieSession | EpisodeWatch) => (one.type === 'episode_watch' ? dayOf(one) : (one.day ?? ''));
  const names = new Set(after.map(nameOf));
  return sum(after) - sum([...sessions, ...watches].filter((one) => names.has(nameOf(one))));
}

function addedDates(
  { reference, state, days }: PlanRequest,
  { durationSeconds }: Title,
  all: readonly (MovieSession | EpisodeWatch)[],
): DateCounts {
  const ids = { tmdbId: reference.tmdbId, tvdbId: null, name: null, image: null };
  const title = { kind: reference.type === 'tv' ? ('series' as const) : ('film' as const), ...ids, durationSeconds };
  const count = (sessions: readonly (MovieSession | EpisodeWatch)[]) =>
    countDates(
      viewingsOfImports(
        sessions.map((session) => importedSession(session)),
        { collection: null, work: title, title, dayOf: days.dayOf, isRemoved: () => false },
      ),
    );
  const [before, after] = [count([...state.sessions, ...state.watches]), count(all)];
  const added = (name: keyof DateCounts) => Math.max(0, after[name] - before[name]);
  return { undated: added('undated'), tickedOff: added('tickedOff'), moved: added('moved') };
}

const countDates = (viewings: readonly Viewing[]): DateCounts => ({
  undated: viewings.filter(({ statedAt }) => statedAt === null).length,
  tickedOff: viewings.filter(({ at, statedAt }) => at === null && statedAt !== null).length,
  moved: viewings.filter(({ shownDay }) => shownDay !== null).length,
});

interface PlannedWatches {
  all: readonly (MovieSession | EpisodeWatch)[];
  changed: TitlePlan['watches'];
  removed: TitlePlan['removed'];
  added: number;
}

function planSessions({ reference, events, state, metadata, isTrusted, days }: PlanRequest): PlannedWatches {
  const viewings = events.filter((event): event is MovieWatched => event.kind === 'movie_watched');
  const known = new Map(state.sessions.map((session) => [session.day, session]));
  const joined = joinSessions(state.sessions, viewings, { dayOf: days.dayOf, isTrusted });
  const { sessions, added } = joined;
  const durationSeconds = metadata?.durationSeconds ?? state.title?.durationSeconds ?? null;
  const record = (session: WatchSession): MovieSession => {
    const before = known.get(session.day);
    if (before) {
      return {
        ...before,
        ...session,
        durationSeconds: before.durationSeconds ?? durationSeconds,
        rev: before.rev + 1,
      };
    }
    return { type: 'movie_session', tmdbId: reference.tmdbId, ...session, durationSeconds, rev: 1 };
  };
  // Viewings moved from another id (`rev` 0) are always written.
  const changed = sessions.filter((session) => joined.changed.includes(session) || known.get(session.day)?.rev === 0);
  return {
    all: sessions.map((session) => record(session)),
    changed: changed.map((session) => ({ record: record(session), isNew: !known.has(session.day) })),
    removed: removedFrom(state.sessions, sessions),
    added,
  };
}

function planWatches({ reference, events, state, metadata, isFull, isTrusted, days }: PlanRequest): PlannedWatches {
  const viewings = events.filter((event): event is EpisodeWatched => event.kind === 'episode_watched');
  const described = new Map(
    (metadata?.seasons ?? []).flatMap(({ seasonNumber, episodes }) =>
      (episodes ?? []).map((episode) => [placeOf(seasonNumber, episode.episodeNumber), episode] as const),
    ),
  );
  const usual = metadata?.durationSeconds ?? state.title?.durationSeconds ?? null;
  const stored = Map.groupBy(state.watches, (watch) => placeOf(watch.seasonNumber, watch.episodeNumber));
  const brought = Map.groupBy(viewings, (event) => placeOf(event.seasonNumber, event.episodeNumber));
  let added = 0;
  const removed: EpisodeWatch[] = [];
  const drafts: EpisodeWatch[] = [];
  for (const place of new Set([...stored.keys(), ...brought.keys()])) {
    const known = stored.get(place) ?? [];
    const [first] = brought.get(place) ?? [];
    const joined = joinSessions(known, brought.get(place) ?? [], { dayOf: days.dayOf, isTrusted });
    added += joined.added;
    const similar = known[0];
    const byDay = new Map(known.map((watch) => [watch.day, watch]));
    removed.push(...removedFrom(known, joined.sessions));
    const episode = described.get(place);
    for (const session of joined.sessions) {
      const before = byDay.get(session.day);
      if (before) {
        drafts.push({
          ...before,
          ...session,
          // TMDB may have added these since.
          name: episode?.name ?? before.name,
          airDate: episode?.airDate ?? before.airDate,
          durationSeconds: before.durationSeconds ?? episode?.durationSeconds ?? usual,
        });
      } else if (first) {
        drafts.push({
          type: 'episode_watch',
          tmdbId: reference.tmdbId,
          seasonNumber: first.seasonNumber,
          episodeNumber: first.episodeNumber,
          ...session,
          tvdbId: first.episodeTvdbId,
          name: episode?.name ?? similar?.name ?? null,
          airDate: episode?.airDate ?? similar?.airDate ?? null,
          durationSeconds: episode?.durationSeconds ?? similar?.durationSeconds ?? usual,
          shownDay: session.day,
          shownAt: session.watchedAt,
          dateSource: 'watched',
          rev: 0,
        });
      }
    }
  }
  const all = isFull ? withShownDays(drafts, days) : drafts.map((draft) => withOwnDay(draft, days));
  const before = new Map(state.watches.map((watch) => [dayOf(watch), watch]));
  const changed = all
    .filter(
      (watch) =>
        before.get(dayOf(watch))?.rev === 0 || JSON.stringify(watch) !== JSON.stringify(before.get(dayOf(watch))),
    )
    .map((watch) => ({ record: { ...watch, rev: watch.rev + 1 }, isNew: !before.has(dayOf(watch)) }));
  return { all, changed, removed, added };
}

const removedFrom = <T extends WatchSession>(known: readonly T[], sessions: readonly WatchSession[]): T[] =>
  known.filter(({ day }) => !sessions.some((session) => session.day === day));

/** Shows air dates on days of bulk marking. */
function withShownDays(watches: readonly EpisodeWatch[], days: Days): EpisodeWatch[] {
  const airDates = new Map(
    watches.map((watch) => [placeOf(watch.seasonNumber, watch.episodeNumber), watch.airDate] as const),
  );
  const airDateOf = (season: number, episode: number) => airDates.get(placeOf(season, episode)) ?? null;
  const shown = shownDays(
    watches.filter(({ isTrusted }) => !isTrusted),
    { dayOf: days.dayOf, airDateOf },
  );
  const trusted = watchedDays(
    watches.filter(({ isTrusted }) => isTrusted),
    days.dayOf,
  );
  return [...shown, ...trusted].map((watch) => ({ ...watch, shownAt: shownAt(watch, days) }));
}

/** An incremental sync keeps air dates that are shown. */
function withOwnDay(watch: EpisodeWatch, { dayOf }: Days): EpisodeWatch {
  if (watch.dateSource === 'air' && !watch.isTrusted) return watch;
  const [shown = watch] = watchedDays([watch], dayOf);
  return { ...shown, shownAt: shown.watchedAt };
}

/** The real instant, or noon of the air date. */
const shownAt = ({ dateSource, shownDay, watchedAt }: EpisodeWatch, days: Days): number | null =>
  dateSource === 'air' && shownDay !== null ? days.startOf(shownDay) + HALF_A_DAY_SECONDS : watchedAt;

function metadataOf({ metadata, reference, state }: PlanRequest): Partial<Title> {
  if (!metadata) return {};
  const { seasons: _, ...described } = metadata;
  return {
    ...described,
    tvdbId: state.title?.tvdbId ?? reference.tvdbId ?? metadata.tvdbId,
    imdbId: state.title?.imdbId ?? reference.imdbId ?? metadata.imdbId,
    traktId: state.title?.traktId ?? reference.traktId,
    year: metadata.year ?? reference.year,
  };
}

/** The user's own rating wins; Trakt's is kept next to it. */
function withRatings(
  title: Title,
  events: readonly Rated[],
  service: ImportService,
): { title: Title; changed: number } {
  const rated: Title = { ...title, partRatings: { ...title.partRatings } };
  let changed = 0;
  for (const { seasonNumber, episodeNumber, stated, rating } of events) {
    if (seasonNumber === null) {
      const isTrakt = service === 'trakt';
      if (isTrakt ? rated.traktRating === stated : rated.isOwnRating || rated.rating === rating) continue;
      if (isTrakt) rated.traktRating = stated;
      if (!rated.isOwnRating) rated.rating = rating;
    } else {
      const part = episodeNumber === null ? String(seasonNumber) : placeOf(seasonNumber, episodeNumber);
      if (rated.partRatings[part] === stated) continue;
      rated.partRatings[part] = stated;
    }
    changed += 1;
  }
  return { title: rated, changed };
}

/** A series dropped on Trakt is abandoned, as if the user had set that here at the time. */
function withDropped(
  title: Title,
  { events, watches }: { events: readonly ImportEvent[]; watches: readonly WatchSession[] },
): Title {
  const dropped = events.filter((event): event is Dropped => event.kind === 'dropped');
  if (dropped.length === 0) return title;
  const { last } = watchSpan(watches);
  const setAt = Math.max(...dropped.map(({ droppedAt }) => droppedAt ?? last ?? 0));
  if (title.ownStatus && title.ownStatus.setAt >= setAt) return title;
  const own = { status: 'abandoned' as const, setAt };
  return { ...title, ownStatus: own, status: statusAfterEvent({ own, derived: title.status, eventAt: last }) };
}

/** Derives the status from viewings and from what the user set. */
function withState(
  title: Title,
  watches: readonly (MovieSession | EpisodeWatch)[],
  { state, metadata, events, now, days }: PlanRequest,
): Title {
  const { first, last } = watchSpan(watches);
  const spanned = { ...title, firstWatchedAt: first, lastWatchedAt: last };
  if (watches.length === 0) {
    const isRated = state.title === undefined && events.some(({ kind }) => kind === 'rated');
    return isRated ? { ...spanned, status: title.kind === 'movie' ? 'completed' : 'in_progress' } : spanned;
  }
  const own = title.ownStatus;
  if (title.kind === 'movie') {
    return { ...spanned, status: statusAfterEvent({ own, derived: 'completed', eventAt: last }) };
  }
  // Without its seasons, a series' status can't be derived.
  if (!metadata) return spanned;
  const today = days.dayOf(now);
  const watched = watches.flatMap((watch) => (watch.type === 'episode_watch' ? watch : []));
  const { status, next } = seriesState({ seasons: metadata.seasons, watched, today });
  return { ...spanned, status: statusAfterEvent({ own, derived: status, eventAt: last }), next };
}

function countLists(events: readonly ImportEvent[], isNew: boolean): TitlePlan['counts'] {
  const byStage = Map.groupBy(events, stageOf);
  const present = SYNC_STAGES.filter((stage) => byStage.has(stage));
  return Object.fromEntries(
    present.map((stage, index) => [stage, isNew && index === 0 ? { new: 1 } : { existing: 1 }]),
  );
}

/** Merges the references of a title's events; the first known value wins. */
export function mergeReferences(references: readonly TitleReference[]): TitleReference | undefined {
  const [first] = references;
  if (!first) return undefined;
  const firstKnown = <Name extends keyof TitleReference>(name: Name): TitleReference[Name] =>
    references.find((one) => one[name] !== null)?.[name] ?? first[name];
  return {
    ...first,
    tvdbId: firstKnown('tvdbId'),
    imdbId: firstKnown('imdbId'),
    traktId: firstKnown('traktId'),
    title: firstKnown('title'),
    year: firstKnown('year'),
  };
}

const placeOf = (season: number, episode: number): string => `${season}x${episode}`;
const dayOf = (watch: EpisodeWatch): string =>
  `${placeOf(watch.seasonNumber, watch.episodeNumber)} ${watch.day ?? 'unknown'}`;
