import { Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import { ImmersionCommand, libraryFlag } from '../lib/core/terminal/base-command.ts';
import { CLEAN_MODES } from '../lib/folder/cleaning.ts';
import { SYNC_PARTS, type SyncPart, type SyncResult } from '../lib/folder/sync-context.ts';
import { runSync } from '../lib/folder/sync-run.ts';
import { DATE_SOURCES, runDatesOf } from '../lib/folder/file-dates.ts';
import { whenFlags } from '../lib/viewings/when-flags.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { progressAndExtras, progressOf } from '../lib/progress/progress-calls.ts';
import { progressTable } from '../lib/progress/progress-table.ts';
import { providerReach } from '../lib/core/terminal/provider-reach.ts';
import { didYouMean } from '../lib/core/terminal/did-you-mean.ts';
import { InvalidInputError } from '../lib/core/errors.ts';

export type { SyncResult };

export default class Sync extends ImmersionCommand {
  static override summary = 'Record what you watched, show your progress, and clean up';
  static override description =
    'Records the episodes in shows/*/watched of the library, the films in movies/watched and the YouTube and Spotify links in watched.txt, asks which series and films they are, shows your progress, and then removes the recorded files and lines the way you choose. Nothing is removed before it is recorded. Running it again changes nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --library ~/Videos --clean trash',
    '<%= config.bin %> <%= command.id %> --only shows,links',
    '<%= config.bin %> <%= command.id %> --at "yesterday 21:30"',
    '<%= config.bin %> <%= command.id %> --dates modified',
    '<%= config.bin %> <%= command.id %> --dry-run',
  ];
  static override flags = {
    library: libraryFlag,
    clean: Flags.option({
      description: 'What to do with recorded files (default: ask in a terminal, otherwise keep)',
      options: CLEAN_MODES,
    })(),
    only: Flags.string({ description: `Only these parts, separated by commas: ${SYNC_PARTS.join(', ')}` }),
    ...whenFlags,
    dates: Flags.option({
      description: 'Date new files by today, by when each was last changed, or not at all',
      options: DATE_SOURCES,
      exclusive: ['at', 'on'],
    })(),
    backfill: Flags.boolean({
      description: 'Also record the earlier episodes of the podcasts that watched.txt links to',
    }),
    playlist: Flags.boolean({ description: 'Also record all videos of the playlists that watched.txt links to' }),
    yes: Flags.boolean({ char: 'y', description: 'Accept a single clear match without asking' }),
    rewatch: Flags.boolean({
      description: 'Count files whose names were recorded before as watched again: they add time, not episodes',
      exclusive: ['same'],
    }),
    same: Flags.boolean({
      description: 'Treat files whose names were recorded before from other files as the same viewings',
    }),
    'dry-run': Flags.boolean({ description: 'Only show what would be recorded' }),
  };

  async run(): Promise<SyncResult> {
    const { flags } = await this.parse(Sync);
    const overrides = { IMMERSION_LIBRARY: flags.library };
    const config = this.settings(overrides);
    const { library, stateDirectory } = config;
    const reach = config.configFileExists ? undefined : providerReach(config, this.io.environment);
    const journal = createJournal({ stateDirectory });
    try {
      const connection = await this.connect(overrides);
      const { api } = connection;
      const result = await runSync({
        connection,
        dates: await runDatesOf(flags, { api, now: Date.now(), timeZone: config.timeZone }),
        library,
        journal,
        parts: partsOf(flags.only),
        backfill: flags.backfill,
        playlist: flags.playlist,
        prompts: await this.prompts(flags),
        cleanMode: flags.clean,
        takeClearMatch: flags.yes,
        recordedBefore: flags.same ? 'same' : flags.rewatch ? 'again' : undefined,
        dryRun: flags['dry-run'],
        introduction: reach?.adds
          ? [`Works now: ${reach.works}.`, `With a key: ${reach.adds}. See immersion doctor.`]
          : [],
        tell: (text) => this.tell(text),
        showProgress: async () => {
          if (this.jsonEnabled()) return progressOf(api);
          const { progress, extras } = await progressAndExtras(api);
          this.say(`\n${progressTable(progress, this.screen, { extras })}\n`);
          return progress;
        },
        activity: (text) => startActivity(text, this.io, this.jsonEnabled()),
      });
      if (result.left_out.length > 0) this.finishWith('partly');
      return result;
    } finally {
      journal.close();
    }
  }
}

function partsOf(only: string | undefined): Set<SyncPart> {
  if (only === undefined) return new Set(SYNC_PARTS);
  return new Set(
    only.split(',').map((name) => {
      const part = SYNC_PARTS.find((known) => known === name.trim());
      if (part) return part;
      throw new InvalidInputError(`Unknown part “${name.trim()}”. Use shows, movies or links.`, {
        code: 'invalid_argument',
        suggestions: didYouMean(name.trim(), SYNC_PARTS),
      });
    }),
  );
}
