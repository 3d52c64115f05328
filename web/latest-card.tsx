import { useEffect, useState } from 'preact/hooks';
import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { ApiError, newRun } from './api.ts';
import type { Desk } from './desk.ts';
import { EditDialog } from './edit-dialog.tsx';
import { formatLength, formatWhen, languageName, languageOf } from './format.ts';

const PAGE = 20;

interface Page {
  viewings: ViewingAnswer[];
  next: string | null;
}

/** The latest viewings, to edit and remove. */
export function LatestCard({ desk }: { desk: Desk }) {
  const { call, version } = desk;
  const [page, setPage] = useState<Page | null>(null);
  const [asked, setAsked] = useState('');
  const [edited, setEdited] = useState<ViewingAnswer | null>(null);
  const [message, setMessage] = useState<string | null>(null);

  const say = (error: unknown): void => setMessage(error instanceof ApiError ? error.message : String(error));

  useEffect(() => {
    let isGone = false;
    const query = new URLSearchParams({ limit: String(PAGE), ...(asked === '' ? {} : { q: asked }) });
    const load = async (): Promise<void> => {
      const first = await call<Page>(`viewings?${query}`);
      if (isGone) return;
      setMessage(null);
      setPage(first);
    };
    load().catch(say);
    return () => void (isGone = true);
  }, [call, version, asked]);

  const more = async (cursor: string): Promise<void> => {
    const query = new URLSearchParams({ limit: String(PAGE), cursor, ...(asked === '' ? {} : { q: asked }) });
    const { viewings, next } = await call<Page>(`viewings?${query}`);
    setPage((before) => ({ viewings: [...(before?.viewings ?? []), ...viewings], next }));
  };

  const remove = async ({ id, title }: ViewingAnswer): Promise<void> => {
    const run = newRun('remove');
    const { comes_back: comesBack } = await call<{ comes_back: boolean }>(`viewings/${id}`, { method: 'DELETE', run });
    desk.changed({
      said: comesBack
        ? `Removed “${title}”. The next sync records it again while its file or link is still there.`
        : `Removed “${title}”.`,
      undo: () => call(`batches/${run.id}`, { method: 'DELETE' }),
    });
  };

  return (
    <section class="card wide">
      <div class="row">
        <h2>Latest viewings</h2>
        <label>
          <span class="unseen">Search viewings</span>
          <input type="search" placeholder="Search" onChange={(event) => setAsked(event.currentTarget.value.trim())} />
        </label>
      </div>
      <p role="alert" class="message">
        {message}
      </p>
      {page?.viewings.length === 0 && <p class="quiet">{asked === '' ? 'Nothing recorded yet.' : 'Nothing found.'}</p>}
      <ul class="viewings">
        {page?.viewings.map((viewing) => (
          <li key={viewing.id}>
            <div>
              <p class="title" lang={languageOf(viewing.title)}>
                {nameOf(viewing)}
              </p>
              <p class="quiet">{factsOf(viewing, desk.today)}</p>
            </div>
            <div class="actions">
              <button class="plain" aria-label={`Edit ${viewing.title}`} onClick={() => setEdited(viewing)}>
                Edit
              </button>
              <button
                class="plain"
                aria-label={`Remove ${viewing.title}`}
                onClick={() => void remove(viewing).catch(say)}
              >
                Remove
              </button>
            </div>
          </li>
        ))}
      </ul>
      {page?.next && <button onClick={() => void more(page.next ?? '').catch(say)}>Show more</button>}
      {edited && <EditDialog desk={desk} viewing={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

function nameOf({ title, collection, places }: ViewingAnswer): string {
  const place = places.map(({ season, episode }) => `S${season} E${episode}`).join(', ');
  const isEpisode = collection?.kind === 'show';
  return [isEpisode ? collection.name : null, isEpisode && place ? place : title].filter(Boolean).join(' · ');
}

function factsOf(
  { at, day, local_at: localAt, seconds, language, attention, collection }: ViewingAnswer,
  today?: string,
) {
  const facts = [
    formatWhen(at === null ? null : day, localAt, today),
    formatLength(seconds),
    language === null ? null : languageName(language),
    attention === 'background' ? 'background' : null,
    collection && collection.kind !== 'show' ? collection.name : null,
  ];
  return facts.filter(Boolean).join(' · ');
}
