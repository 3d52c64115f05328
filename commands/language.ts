import { Args, Flags } from '@oclif/core';
import { InvalidInputError } from '../lib/core/errors.ts';
import { collectionArgument, RuleCommand, type RuleResult } from '../lib/progress/rule-command.ts';
import { setSettings, type SettingsAnswer } from '../lib/viewings/settings-contract.ts';
import { languageOf } from '../lib/viewings/when-flags.ts';

/** The rules, or with `--default` the settings. */
export type LanguageResult = RuleResult | SettingsAnswer;

export default class Language extends RuleCommand {
  static override summary = 'Set the language of a show, channel or podcast';
  static override description =
    'Applies to everything from it, past viewings included; none removes the rule. Without arguments, lists your rules.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Cafe of Falling Stars" ja',
    '<%= config.bin %> <%= command.id %> --default ja',
    '<%= config.bin %> <%= command.id %>',
  ];
  static override args = {
    name: collectionArgument,
    language: Args.string({ description: 'A code such as ja, or none' }),
  };
  static override flags = {
    default: Flags.string({ description: 'Language for anything without its own, or none to clear it' }),
  };

  async run(): Promise<LanguageResult> {
    const { args, flags } = await this.parse(Language);
    if (flags.default !== undefined) {
      const language = languageOf(flags.default);
      if (flags['dry-run']) {
        this.tell(`Would set the default language to ${language ?? 'none'}.`);
        return { rules: [] };
      }
      const { api } = await this.connect();
      const settings = await api.call(setSettings, { body: { default_language: language } });
      this.tell(`Your default language is now ${settings.default_language ?? 'not set'}.`);
      return settings;
    }
    if (args.name === undefined) return this.list();
    if (args.language === undefined) {
      throw new InvalidInputError('Missing argument LANGUAGE.', {
        code: 'invalid_argument',
        suggestions: ['Give the name and a code: immersion language NAME ja'],
      });
    }
    const language = languageOf(args.language);
    const what = language === null ? 'counts in its own language again' : `counts as ${language}`;
    return this.change(args.name, { language }, { what, dryRun: flags['dry-run'] });
  }
}
