import { useState } from 'preact/hooks';
import type { SettingsAnswer } from '../lib/viewings/settings-contract.ts';
import type { Desk } from './desk.ts';
import { ChoiceField, LanguageField, textOf } from './fields.tsx';
import { Form } from './form.tsx';
import { useLoaded } from './loaded.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map(
  (day) => [day.toLowerCase(), day] as const,
);
const HOURS = ['Midnight', '1 a.m.', '2 a.m.', '3 a.m.', '4 a.m.', '5 a.m.', '6 a.m.'].map(
  (said, hour) => [String(hour), said] as const,
);

/** Time zone, and when days and weeks start. */
export function SettingsCard({ desk }: { desk: Desk }) {
  const { data } = useLoaded<SettingsAnswer>(desk.call, 'settings', desk.version);
  const [zone, setZone] = useState<string | null>(null);
  if (!data) return null;
  const isMoving = zone !== null && zone !== data.time_zone;

  const send = async (fields: FormData): Promise<void> => {
    const before = {
      time_zone: data.time_zone,
      day_ends_at: data.day_ends_at,
      week_starts_on: data.week_starts_on,
      default_language: data.default_language,
    };
    const put = (body: object) => desk.call('settings', { method: 'PUT', body });
    const from = textOf(fields, 'from');
    await put({
      ...(from === null ? {} : { time_zone: textOf(fields, 'time_zone'), from }),
      day_ends_at: Number(fields.get('day_ends_at')),
      week_starts_on: fields.get('week_starts_on'),
      default_language: textOf(fields, 'default_language'),
    });
    setZone(null);
    const { time_zone: timeZone, ...others } = before;
    desk.changed({
      said: 'Settings saved.',
      // A new zone for the whole past replaces earlier ones, which can't be restored like this.
      undo:
        from === 'always' && data.time_zones.length > 1
          ? null
          : () => put(from === null ? others : { ...others, time_zone: timeZone, from }),
    });
  };

  return (
    <section class="card wide">
      <details>
        <summary>
          <h2>Settings</h2>
        </summary>
        <Form key={JSON.stringify(data)} onSend={send} action="Save">
          <label>
            Time zone
            <input
              name="time_zone"
              list="zones"
              required
              defaultValue={data.time_zone}
              onInput={(event) => setZone(event.currentTarget.value)}
            />
            <datalist id="zones">
              {Intl.supportedValuesOf('timeZone').map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          </label>
          {isMoving && (
            <fieldset>
              <legend>The new time zone counts</legend>
              <label class="check">
                <input type="radio" name="from" value="today" checked /> from today on
              </label>
              <label class="check">
                <input type="radio" name="from" value="always" /> for all of the past
              </label>
            </fieldset>
          )}
          <ChoiceField label="A day ends at" name="day_ends_at" choices={HOURS} value={String(data.day_ends_at)} />
          <ChoiceField label="A week starts on" name="week_starts_on" choices={WEEKDAYS} value={data.week_starts_on} />
          <LanguageField label="Default language" name="default_language" value={data.default_language} />
        </Form>
      </details>
    </section>
  );
}
