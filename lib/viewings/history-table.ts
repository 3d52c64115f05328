import { seasonAndEpisode, formatMinutes } from '../core/terminal/text.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import type { ViewingAnswer } from './history-contract.ts';
import type { SecondsSource } from './viewing-rules.ts';

/** A prefix of an id is enough to name a viewing. */
const SHOWN_ID_CHARACTERS = 8;

/** What a length comes from, in a word. */
const LENGTH_SOURCES: Record<SecondsSource, string> = {
  person: 'you',
  player: 'player',
  file: 'file',
  episode: 'runtime',
  average: 'average',
  guess: 'guess',
};

/** In the given order, with local times. */
export const historyTable = (viewings: readonly ViewingAnswer[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Watched' },
      { head: 'Kind' },
      { head: 'Title', flexible: true },
      { head: 'Show', flexible: true },
      { head: 'Time', align: 'right' },
      { head: 'From' },
      { head: 'Id' },
    ],
    viewings.map((viewing) => [
      viewing.local_at?.slice(0, 16).replace('T', ' ') ?? 'no date',
      viewing.medium,
      numberedTitle(viewing),
      collectionOf(viewing),
      formatMinutes(Math.floor(viewing.seconds / 60)),
      LENGTH_SOURCES[viewing.seconds_source],
      viewing.id.slice(0, SHOWN_ID_CHARACTERS),
    ]),
    screen,
  );

/** `S01E03 Title`; only the number if the file name repeats it. */
export function numberedTitle({ places, title, references }: ViewingAnswer): string {
  const numbers = numbersOf(places);
  const isSaid = references[0]?.source === 'file' && /s\d+ ?e\d+/i.test(title);
  return numbers === '' ? title : isSaid || title === '' ? numbers : `${numbers} ${title}`;
}

/** `S01E03`, or `S01E03 S01E04` for a double episode. */
export const numbersOf = (places: ViewingAnswer['places']): string => places.map(seasonAndEpisode).join(' ');

/** The name of the show, channel or podcast; a folder's own name as the fallback. */
export const collectionOf = ({ collection }: ViewingAnswer): string =>
  collection?.name ?? (collection?.kind === 'show' ? collection.id : '');
