import type * as z from 'zod';
import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { renderTable } from '../../lib/core/terminal/table.ts';
import { counted, formatBytes } from '../../lib/core/terminal/text.ts';
import { clearTmdbCache, getTmdbCache } from '../../lib/tmdb/tmdb-contract.ts';

/** Statistics, and the number of responses removed. */
export type TmdbCacheResult = z.output<(typeof getTmdbCache)['answer']> & { removed: number };

export default class TmdbCache extends ImmersionCommand {
  static override summary = 'Show or clear the TMDB cache (admins only)';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --clear --expired',
  ];
  static override flags = {
    clear: Flags.boolean({ description: 'Clear the cache' }),
    expired: Flags.boolean({ description: 'Only expired entries', dependsOn: ['clear'] }),
    'dry-run': Flags.boolean({ description: 'Only show how many would be removed', dependsOn: ['clear'] }),
  };

  async run(): Promise<TmdbCacheResult> {
    const { flags } = await this.parse(TmdbCache);
    const { api } = await this.connect();
    const clears = flags.clear && !flags['dry-run'];
    const { removed } = clears ? await api.call(clearTmdbCache, { query: { expired: flags.expired } }) : { removed: 0 };
    const cache = await api.call(getTmdbCache);
    if (clears) this.tell(`Removed ${counted(removed, 'answer')}.`);
    else if (flags.clear)
      this.tell(`Would remove ${counted(flags.expired ? cache.expired : cache.entries, 'answer')}.`);
    const rows = [...Object.entries(cache.types), ['all', cache] as const].map(([type, counts]) => [
      type,
      String(counts.entries),
      String(counts.expired),
      formatBytes(counts.bytes),
    ]);
    this.say(
      renderTable(
        [
          { head: 'Kind' },
          { head: 'Entries', align: 'right' },
          { head: 'Expired', align: 'right' },
          { head: 'Size', align: 'right' },
        ],
        rows,
        this.screen,
      ),
    );
    return { ...cache, removed };
  }
}
