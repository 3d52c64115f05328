import { isoInstantOrNull } from '../../lib/core/instant-rules.ts';
import { addViewings, editViewing, removeViewing, type ChangedViewing } from '../../lib/viewings/entries-contract.ts';
import type { EntryServices } from '../../lib/viewings/entries-wiring.ts';
import { listRules, removeRule, setRule, type RuleAnswer } from '../../lib/viewings/rules-contract.ts';
import type { NamedRule } from '../../lib/viewings/rules-service.ts';
import { getSettings, setSettings, type SettingsAnswer } from '../../lib/viewings/settings-contract.ts';
import type { PersonSettings } from '../../lib/viewings/settings-rules.ts';
import { MEDIUM, TYPED_SOURCE } from '../../lib/viewings/viewing-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { edits, entries, idOf, rules, settings }: EntryServices): void {
  serve(router, addViewings, async ({ user, batchId, body }) => {
    const brought = body.viewings.map(({ again, at, place, ref: given, ...viewing }, index) => {
      const { seconds = 0, seconds_source: secondsSource = 'person', collection = null, medium = 'other' } = viewing;
      const ref = given ?? `${batchId}/${index}`;
      if (again) return { again, ref, at, ...(viewing.seconds !== undefined && { seconds, secondsSource }) };
      return {
        source: viewing.source ?? TYPED_SOURCE,
        ref,
        title: viewing.title ?? given ?? '',
        medium,
        at,
        seconds,
        secondsSource,
        activity: viewing.activity ?? MEDIUM[medium].activity,
        attention: viewing.attention ?? 'focused',
        language: viewing.language ?? null,
        collection,
        places: place ? [{ seasonNumber: place.season, episodeNumber: place.episode }] : [],
        tmdbId: null,
      };
    });
    const { added, known, ids } = await entries.add({ user, batchId, entries: brought });
    return { viewings_added: added, known, ids };
  });

  const toViewing = (viewing: Awaited<ReturnType<typeof edits.edit>>): ChangedViewing => ({
    id: idOf(viewing),
    at: isoInstantOrNull(viewing.at),
    seconds: viewing.seconds,
    seconds_source: viewing.secondsSource,
    medium: viewing.medium,
    activity: viewing.activity,
    attention: viewing.attention,
    language: viewing.language,
    title: viewing.title,
    collection: viewing.collection && (viewing.collection.name ?? viewing.collection.id),
  });

  serve(router, editViewing, async ({ user, batchId, params, body }) =>
    toViewing(await edits.edit({ user, batchId, id: params.id, change: body })),
  );

  serve(router, removeViewing, async ({ user, batchId, params, query }) => {
    const { viewing, comesBack } = await edits.remove({ user, batchId, id: params.id, dryRun: query.dry_run });
    return { ...toViewing(viewing), comes_back: comesBack };
  });

  serve(router, listRules, async ({ user }) => ({ rules: (await rules.list(user)).map(toRule) }));

  serve(router, setRule, async ({ user, batchId, params, body: { excluded, ...rule } }) =>
    toRule(await rules.set({ user, batchId, rule: { id: params.id, isExcluded: excluded, ...rule } })),
  );

  serve(router, removeRule, async ({ user, batchId, params }) => {
    await rules.remove({ user, batchId, id: params.id });
    return {};
  });

  serve(router, getSettings, async ({ user }) => toSettings(await settings.of(user)));

  serve(router, setSettings, async ({ user, body }) => {
    const change = {
      timeZone: body.time_zone,
      dayEndsAt: body.day_ends_at,
      weekStartsOn: body.week_starts_on,
      defaultLanguage: body.default_language,
    };
    return toSettings(await settings.change(user, change, body.from ?? 'today'));
  });
}

const toRule = ({ id, collection, name, language, attention, isExcluded }: NamedRule): RuleAnswer => ({
  id,
  collection: { ...collection, name },
  language,
  attention,
  excluded: isExcluded,
});

const toSettings = ({ zones, dayEndsAt, weekStartsOn, defaultLanguage }: PersonSettings): SettingsAnswer => ({
  time_zone: zones.at(-1)?.zone ?? '',
  time_zones: zones.map(({ from, zone }) => ({ from, time_zone: zone })),
  day_ends_at: dayEndsAt,
  week_starts_on: weekStartsOn,
  default_language: defaultLanguage,
});
