import { useState } from 'preact/hooks';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import type { TrackedShow } from '../lib/recording/shows-contract.ts';
import type { RuleAnswer } from '../lib/viewings/rules-contract.ts';
import { ApiError, newRun } from './api.ts';
import type { Desk } from './desk.ts';
import { ATTENTIONS, ChoiceField, LanguageField, textOf } from './fields.tsx';
import { Form } from './form.tsx';
import { languageName, languageOf } from './format.ts';
import { useLoaded } from './loaded.ts';

interface Props {
  desk: Desk;
  progress: ProgressAnswer | null;
}

interface Choice {
  kind: RuleAnswer['collection']['kind'];
  id: string;
  name: string;
}

const HEADINGS = { show: 'Shows', channel: 'Channels', podcast: 'Podcasts' } as const;

/** Rules for shows, channels and podcasts, to set, change and remove. */
export function RulesCard({ desk, progress }: Props) {
  const { data, isMissing } = useLoaded<{ rules: RuleAnswer[] }>(desk.call, 'rules', desk.version);
  const { data: folders } = useLoaded<{ shows: TrackedShow[] }>(desk.call, 'shows', desk.version);
  const [chosen, setChosen] = useState('');
  const [message, setMessage] = useState<string | null>(null);
  if (isMissing || !data || !progress) return null;

  const choices: Choice[] = [
    ...(folders?.shows ?? []).map((one) => asChoice('show', one.folder_name, one.tvdb_name)),
    ...progress.youtube_channels.map((one) => asChoice('channel', one.channel_id, one.channel_name)),
    ...progress.spotify_shows.map((one) => asChoice('podcast', one.show_id, one.show_name)),
  ];
  const ruleOf = ({ kind, id }: Pick<Choice, 'kind' | 'id'>) =>
    data.rules.find(({ collection }) => collection.kind === kind && collection.id === id);
  const choice = choices.find((one) => keyOf(one) === chosen);
  const rule = choice && ruleOf(choice);

  const change = async (said: string, path: string, options: { method: 'PUT' | 'DELETE'; body?: object }) => {
    const run = newRun('rule');
    await desk.call(path, { ...options, run });
    setMessage(null);
    desk.changed({ said, undo: () => desk.call(`batches/${run.id}`, { method: 'DELETE' }) });
  };

  const remove = (one: RuleAnswer): Promise<void> =>
    change(`Removed the rule for “${nameOf(one)}”.`, `rules/${one.id}`, { method: 'DELETE' });

  const send = async (fields: FormData): Promise<string | void> => {
    if (!choice) return 'Choose a show, channel or podcast.';
    const language = textOf(fields, 'language');
    const attention = textOf(fields, 'attention');
    const excluded = fields.has('excluded');
    if (language === null && attention === null && !excluded) {
      return rule ? remove(rule) : 'Choose a language or attention, or exclude it.';
    }
    const body = { collection: { kind: choice.kind, id: choice.id }, language, attention, excluded };
    await change(`Saved the rule for “${choice.name}”.`, `rules/${rule?.id ?? newRun('').id}`, { method: 'PUT', body });
  };

  return (
    <section class="card wide">
      <details>
        <summary>
          <h2>Rules</h2>
        </summary>
        <p class="quiet">Set the language or attention of a whole show, channel or podcast, past viewings included.</p>
        <ul class="viewings">
          {data.rules.map((one) => (
            <li key={one.id}>
              <div>
                <p class="title" lang={languageOf(nameOf(one))}>
                  {nameOf(one)}
                </p>
                <p class="quiet">{factsOf(one)}</p>
              </div>
              <div class="actions">
                <button
                  class="plain"
                  aria-label={`Remove the rule for ${nameOf(one)}`}
                  onClick={() => void remove(one).catch((error: unknown) => setMessage(sentenceOf(error)))}
                >
                  Remove
                </button>
              </div>
            </li>
          ))}
        </ul>
        <p role="alert" class="message">
          {message}
        </p>
        <Form key={`${chosen} ${JSON.stringify(rule)}`} onSend={send} action="Save rule">
          <label>
            Show, channel or podcast
            <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
              <option value="">Choose one</option>
              {Object.entries(HEADINGS).map(([kind, heading]) => (
                <optgroup key={kind} label={heading}>
                  {choices
                    .filter((one) => one.kind === kind)
                    .map((one) => (
                      <option key={one.id} value={keyOf(one)} lang={languageOf(one.name)}>
                        {one.name}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          </label>
          <LanguageField none="As recorded" value={rule?.language ?? ''} />
          <ChoiceField
            label="Attention"
            name="attention"
            choices={[['', 'As recorded'], ...ATTENTIONS]}
            value={rule?.attention ?? ''}
          />
          <label class="check">
            <input type="checkbox" name="excluded" defaultChecked={rule?.excluded === true} /> Don’t count it
          </label>
        </Form>
      </details>
    </section>
  );
}

const asChoice = (kind: Choice['kind'], id: string, name: string | null): Choice => ({ kind, id, name: name ?? id });

const keyOf = ({ kind, id }: Pick<Choice, 'kind' | 'id'>): string => `${kind} ${id}`;

const nameOf = ({ collection: { name, id } }: RuleAnswer): string => name ?? id;

function factsOf({ language, attention, excluded }: RuleAnswer): string {
  const facts = [
    language === null ? null : languageName(language),
    attention === null ? null : ATTENTIONS.find(([key]) => key === attention)?.[1],
    excluded ? 'Not counted' : null,
  ];
  return facts.filter(Boolean).join(' · ');
}

const sentenceOf = (error: unknown): string => (error instanceof ApiError ? error.message : String(error));
