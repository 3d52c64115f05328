import type { Routes, RouteSettings } from '../route-settings.ts';
import {
  MAXIMUM_HISTORY,
  getHistory,
  listBatches,
  listViewings,
  removeBatch,
  type ViewingAnswer,
} from '../../lib/viewings/history-contract.ts';
import { isoInstantOrNull, toEpochSeconds } from '../../lib/core/instant-rules.ts';
import { describeViewing } from '../../lib/viewings/history-rules.ts';
import type { ListedViewing } from '../../lib/viewings/history-service.ts';
import type { Viewing } from '../../lib/viewings/viewing-rules.ts';
import { serve } from '../middleware/validation.ts';
import { findHeld, type EpisodeBody } from '../../lib/viewings/held-contract.ts';
import type { EpisodeNames } from '../../lib/viewings/stored-names-service.ts';
import type { ViewingServices } from '../../lib/viewings/wiring.ts';

export function addRoutes(
  router: Routes,
  { batches, batchList, held, samePlaces, history }: ViewingServices,
  { log }: RouteSettings,
): void {
  const samePlaceOf = async (user: string, asked: readonly EpisodeBody[], held: readonly EpisodeNames[]) => {
    const isHeld = new Set(held.map((one) => JSON.stringify([one.folderName, one.fileName])));
    const others = asked.filter((one) => !isHeld.has(JSON.stringify([one.folder_name, one.file_name])));
    const found = await samePlaces.of(
      user,
      others.map((one) => ({ folderName: one.folder_name, fileName: one.file_name })),
    );
    return found.map(({ file, recorded }) => ({ ...toBody(file), recorded: toBody(recorded) }));
  };

  serve(router, findHeld, async ({ user, body }) => {
    const found = await held.among(user, {
      episodes: body.episodes.map((episode) => ({ folderName: episode.folder_name, fileName: episode.file_name })),
      fileNames: body.movies.map((movie) => movie.file_name),
      videoIds: body.video_ids,
      podcastEpisodeIds: body.episode_ids,
    });
    return {
      episodes: found.episodes.map(toBody),
      movies: found.fileNames.map((fileName) => ({ file_name: fileName })),
      video_ids: [...found.videoIds],
      episode_ids: [...found.podcastEpisodeIds],
      ...(body.same_place && { same_place: await samePlaceOf(user, body.episodes, found.episodes) }),
    };
  });

  serve(router, listViewings, async ({ user, query }) => {
    const { viewings, next } = await history.page({ user, ...query });
    return { viewings: viewings.map(toAnswer), next };
  });

  serve(router, getHistory, async ({ user, query }) => {
    const { viewings } = await history.page({ user, ...query });
    const [last] = (await batchList.of({ user, limit: 1 })).batches;
    return {
      items: viewings.map(toHistoryEntry),
      last_batch: last
        ? { batch_id: last.batchId, items: last.viewings, watched_at: isoInstantOrNull(last.lastAt) }
        : null,
    };
  });

  serve(router, listBatches, async ({ user, query: { limit, cursor } }) => {
    const { batches: page, next } = await batchList.of({ user, limit, after: cursor });
    return {
      batches: page.map(({ batchId, kind, startedAt, viewings, changes }) => ({
        batch_id: batchId,
        kind,
        started_at: isoInstantOrNull(startedAt === null ? null : toEpochSeconds(startedAt)),
        viewings,
        changes,
      })),
      next,
    };
  });

  serve(router, removeBatch, async ({ user, params, query }) => {
    const request = { user, batchId: params.id };
    const listed = await history.ofBatch({ ...request, limit: MAXIMUM_HISTORY });
    const { viewings, changes, collections, restored } = await (query.dry_run
      ? batches.preview(request)
      : batches.remove(request));
    if (!query.dry_run) log.info('A batch was undone', { user, batch: params.id, items: viewings });
    return {
      batch_id: params.id,
      dry_run: query.dry_run,
      items_removed: viewings,
      changes_undone: changes,
      items: viewings === 0 ? [] : listed.map(toAnswer),
      collections_removed: collections,
      restored: restored.map(({ title, wasRemoved }) => ({ title, was_removed: wasRemoved })),
    };
  });
}

const toBody = ({ folderName, fileName }: EpisodeNames): EpisodeBody => ({
  folder_name: folderName,
  file_name: fileName,
});

function toHistoryEntry(viewing: Viewing) {
  const { watchedAt, durationSeconds, ...entry } = describeViewing(viewing);
  return {
    ...entry,
    watched_at: isoInstantOrNull(watchedAt),
    duration_seconds: durationSeconds,
    batch_id: viewing.batchId,
  };
}

function toAnswer(viewing: ListedViewing): ViewingAnswer {
  const { at, collection } = viewing;
  return {
    id: viewing.id,
    at: isoInstantOrNull(at),
    local_at: viewing.localAt,
    day: viewing.day,
    seconds: viewing.seconds,
    seconds_source: viewing.secondsSource,
    medium: viewing.medium,
    activity: viewing.activity,
    attention: viewing.attention,
    language: viewing.language,
    language_source: viewing.languageSource,
    title: viewing.title,
    collection: collection && { kind: collection.kind, id: collection.id, name: collection.name },
    places: viewing.places.map(({ seasonNumber: season, episodeNumber: episode }) => ({ season, episode })),
    references: viewing.references.map(({ source, ref }) => ({ source, ref })),
    batch_id: viewing.batchId,
  };
}
