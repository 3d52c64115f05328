import { InvalidInputError } from './errors.ts';

/** Which shows the episode sync updates: all known ones, or followed ones. */
export const SYNC_MODES = ['GREEDY', 'ON_DEMAND'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

export const DEFAULT_SYNC_MODE: SyncMode = 'ON_DEMAND';

/** Only exact values are valid; `origin` is where the setting was set (`in the environment`). */
export function parseSyncMode(value: string | undefined, origin: string): SyncMode {
  if (value === undefined || value.trim() === '') return DEFAULT_SYNC_MODE;
  const known = SYNC_MODES.find((mode) => mode === value);
  if (known) return known;
  throw new InvalidInputError(
    `EPISODE_SYNC_MODE is “${value}”; it must be ${SYNC_MODES.join(' or ')}, spelled exactly like that.`,
    {
      code: 'invalid_setting',
      suggestions: [
        `Did you mean ${nearest(value)}? (It is set ${origin}.)`,
        `For example: EPISODE_SYNC_MODE=${DEFAULT_SYNC_MODE}`,
      ],
    },
  );
}

function nearest(value: string): SyncMode {
  const plain = value
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, '_');
  const distances = SYNC_MODES.map((mode) => ({ mode, distance: editDistance(plain, mode) }));
  return distances.toSorted((a, b) => a.distance - b.distance)[0]?.mode ?? DEFAULT_SYNC_MODE;
}

/** Levenshtein distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
