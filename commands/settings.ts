import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { getSettings, setSettings, type SettingsAnswer } from '../lib/viewings/settings-contract.ts';
import { WEEKDAYS } from '../lib/viewings/settings-rules.ts';
import { languageOf } from '../lib/viewings/when-flags.ts';
import { askZoneStart } from '../lib/viewings/zone-prompts.ts';

export type SettingsResult = SettingsAnswer;

export default class Settings extends ImmersionCommand {
  static override summary = 'Show or change your time zone, day, week and default language';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --time-zone Europe/Berlin --from today',
    '<%= config.bin %> <%= command.id %> --day-ends-at 4 --default-language ja',
  ];
  static override flags = {
    'time-zone': Flags.string({ description: 'Time zone, such as Europe/Berlin' }),
    from: Flags.option({
      description: 'Whether the time zone counts from today on, or for all of the past',
      options: ['today', 'always'] as const,
      dependsOn: ['time-zone'],
    })(),
    'day-ends-at': Flags.integer({ description: 'Hour at which your day ends', min: 0, max: 6 }),
    'week-starts-on': Flags.option({ description: 'First day of your week', options: WEEKDAYS })(),
    'default-language': Flags.string({
      description: 'Language for anything without its own, such as ja; none clears it',
    }),
  };

  async run(): Promise<SettingsResult> {
    const { flags } = await this.parse(Settings);
    const zone = flags['time-zone'];
    const language = flags['default-language'];
    const body = {
      ...(zone !== undefined && { time_zone: zone }),
      ...(flags['day-ends-at'] !== undefined && { day_ends_at: flags['day-ends-at'] }),
      ...(flags['week-starts-on'] && { week_starts_on: flags['week-starts-on'] }),
      ...(language !== undefined && { default_language: languageOf(language) }),
    };
    const { api } = await this.connect();
    if (Object.keys(body).length === 0) return this.show(await api.call(getSettings));
    const from = zone === undefined ? undefined : (flags.from ?? (await askZoneStart(zone, await this.prompts(flags))));
    return this.show(await api.call(setSettings, { body: { ...body, ...(from && { from }) } }));
  }

  private show(settings: SettingsAnswer): SettingsAnswer {
    const earlier = settings.time_zones.slice(0, -1).map(({ time_zone: zone }) => zone);
    const since = settings.time_zones.at(-1)?.from;
    const before = since ? ` (since ${since}; before: ${earlier.join(', ')})` : '';
    this.say(`Time zone         ${settings.time_zone}${before}`);
    this.say(`Day ends at       ${String(settings.day_ends_at).padStart(2, '0')}:00`);
    this.say(`Week starts on    ${settings.week_starts_on[0]?.toUpperCase()}${settings.week_starts_on.slice(1)}`);
    this.say(`Default language  ${settings.default_language ?? 'none'}`);
    return settings;
  }
}
