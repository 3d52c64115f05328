import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import type { RuleAnswer } from './rules-contract.ts';

export const rulesTable = (rules: readonly RuleAnswer[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Name', flexible: true },
      { head: 'Kind' },
      { head: 'Language' },
      { head: 'Attention' },
      { head: 'Counted' },
    ],
    rules.map(({ collection, language, attention, excluded }) => [
      collection.name ?? collection.id,
      collection.kind,
      language ?? '',
      attention ?? '',
      excluded ? 'no' : 'yes',
    ]),
    screen,
  );
