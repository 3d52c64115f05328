import { Flags } from '@oclif/core';
import { startActivity } from '../lib/core/terminal/activity.ts';
import { ImmersionCommand, libraryFlag } from '../lib/core/terminal/base-command.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { leftOutLines } from '../lib/folder/left-out-text.ts';
import { checkLibrary } from '../lib/folder/library.ts';
import { measureRecorded, type MeasureResult } from '../lib/folder/measure-recorded.ts';
import { improvementsTable, timeChange } from '../lib/folder/measured-text.ts';

export type { MeasureResult };

export default class Measure extends ImmersionCommand {
  static override summary = 'Measure recorded files that are still on disk';
  static override description =
    'Reads the length and language of recorded episodes and films that are still in the library, and replaces estimates and lengths from providers. Nothing else changes, and what you set yourself stays.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --library ~/Videos',
  ];
  static override flags = {
    library: libraryFlag,
    'dry-run': Flags.boolean({ description: 'Only show what would change' }),
  };

  async run(): Promise<MeasureResult> {
    const { flags } = await this.parse(Measure);
    const isDryRun = flags['dry-run'];
    const overrides = { IMMERSION_LIBRARY: flags.library };
    const { library, stateDirectory } = this.settings(overrides);
    await checkLibrary(library);
    const connection = await this.connect(overrides);
    const journal = createJournal({ stateDirectory });
    const activity = startActivity('Measuring…', this.io, this.jsonEnabled());
    try {
      const result = await measureRecorded({
        connection,
        library,
        journal,
        isDryRun,
        progressed: (done, total) =>
          activity.update(`Measuring… ${done} of ${counted(total, 'file')}`, { done, total }),
      });
      activity.stop();
      const { changed, files_recorded: recorded, left_out: leftOut } = result;
      if (changed.length > 0) this.say(improvementsTable(changed, this.screen));
      const what = `${changed.length} of ${counted(recorded, 'recorded file')}`;
      this.tell(
        changed.length === 0
          ? `${counted(recorded, 'recorded file')}: nothing to improve.`
          : `${isDryRun ? 'Would change' : 'Changed'} ${what}${timeChange(changed)}.`,
      );
      for (const line of leftOutLines('Skipped', leftOut)) this.tell(line);
      if (leftOut.length > 0) this.finishWith('partly');
      return result;
    } finally {
      activity.stop();
      journal.close();
    }
  }
}
