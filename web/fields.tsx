import { MEDIA, MEDIUM } from '../lib/viewings/viewing-rules.ts';
import { languageName } from './format.ts';

/** The most common languages to learn; others in use are added. */
const COMMON =
  'ar bg ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv th tl tr uk vi zh';

/** An empty value means none. */
export function LanguageField({
  label = 'Language',
  name = 'language',
  value = '',
  none = 'Not set',
}: {
  label?: string;
  name?: string;
  value?: string | null;
  none?: string;
}) {
  const codes = [...new Set([...COMMON.split(' '), ...(value ? [value] : [])])];
  const options = codes
    .map((code) => ({ code, said: languageName(code) }))
    .sort((a, b) => a.said.localeCompare(b.said, 'en'));
  return (
    <label>
      {label}
      <select name={name} defaultValue={value ?? ''}>
        <option value="" selected={!value}>
          {none}
        </option>
        {options.map(({ code, said }) => (
          <option key={code} value={code} selected={code === value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

export const MEDIUM_CHOICES = MEDIA.map((medium) => [medium, MEDIUM[medium].label] as const);

export const ATTENTIONS = [
  ['focused', 'Focused'],
  ['background', 'In the background'],
] as const;

export function ChoiceField({
  label,
  name,
  choices,
  value,
}: {
  label: string;
  name: string;
  choices: readonly (readonly [string, string])[];
  value?: string;
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {choices.map(([key, said]) => (
          <option key={key} value={key} selected={key === value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A length in hours and minutes. */
export function LengthField({ seconds, maximumHours = 999 }: { seconds?: number; maximumHours?: number }) {
  const minutes = seconds === undefined ? undefined : Math.round(seconds / 60);
  return (
    <fieldset class="length">
      <legend>Length</legend>
      <label>
        <input
          name="hours"
          type="number"
          inputMode="numeric"
          min={0}
          max={maximumHours}
          defaultValue={minutes === undefined ? '' : String(Math.floor(minutes / 60))}
        />{' '}
        hours
      </label>
      <label>
        <input
          name="minutes"
          type="number"
          inputMode="numeric"
          min={0}
          max={maximumHours * 60}
          defaultValue={minutes === undefined ? '' : String(minutes % 60)}
        />{' '}
        minutes
      </label>
    </fieldset>
  );
}

export const lengthOf = (fields: FormData): number =>
  Number(fields.get('hours') || 0) * 3600 + Number(fields.get('minutes') || 0) * 60;

/** Untrimmed. */
export function rawOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

/** Null if empty. */
export const textOf = (fields: FormData, name: string): string | null => rawOf(fields, name).trim() || null;
