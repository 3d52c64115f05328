export interface NumberList {
  /** As written, with leading zeros. */
  first: string;
  numbers: number[];
  end: number;
}

const LONGEST_RANGE = 100;
/** `E01 - E03` */
const WIDEST_SPACED_RANGE = 4;
const MOST_JOINTS = 12;

/** `05`, `05v2`, `05A`, `12.5` */
const FIRST = /(?<digits>\d{1,4})(?!\d)(?<fraction>\.\d(?!\d))?(?:v\d{1,2}(?!\d))?(?:[a-d](?![\p{L}\d]))?/iuy;
/** `-E06`, ` & 06`, `and03`, ` ¶06`, `-§01¶03`, `x02` */
const NEXT =
  /(?<joint>\s?(?:[-~&+,、・]|and|und|et|(?<=\s)e(?=\s)|y|и|to)\s?)?(?:§(?<season>\d{1,4})\s?)?(?<mark>¶)?(?<digits>\d{1,4})(?!\d|\.\d(?!\d))(?:v\d(?!\d))?(?:[a-d](?![\p{L}\d]))?(?<words>\s?\p{L})?/iuy;

/**
 * Reads a list at a position: `E01-E03` and `01-03` are ranges, `E05 E06`, `05 & 06` and `05,06` are single numbers. A
 * fraction marks a recap, which isn't an episode: the list is empty. After a season, `.1` marks a copy.
 */
export function numbersAt(text: string, position: number, season?: number): NumberList | undefined {
  FIRST.lastIndex = position;
  const match = FIRST.exec(text);
  const { digits, fraction } = match?.groups ?? {};
  if (digits === undefined) return undefined;
  const list: NumberList = {
    first: digits,
    numbers: fraction === '.5' || (fraction && season === undefined) ? [] : [Number(digits)],
    end: FIRST.lastIndex,
  };
  for (let joints = 0; joints < MOST_JOINTS && list.numbers.length > 0; joints += 1) {
    NEXT.lastIndex =
      /\s/u.test(text[list.end] ?? '') && /[§¶]/u.test(text[list.end + 1] ?? '') ? list.end + 1 : list.end;
    const next = NEXT.exec(text);
    const added = next?.groups && nextNumbers(list.numbers, next.groups, season);
    if (!added) return list;
    list.numbers.push(...added);
    list.end = NEXT.lastIndex - (next?.groups?.['words']?.length ?? 0);
  }
  return list;
}

function nextNumbers(
  numbers: number[],
  groups: Record<string, string | undefined>,
  season?: number,
): number[] | undefined {
  const { joint, mark, digits = '', words } = groups;
  const last = numbers.at(-1) ?? 0;
  const number = Number(digits);
  if (number <= last || number - last >= LONGEST_RANGE || (joint === undefined && mark === undefined)) return undefined;
  if (groups['season'] !== undefined && Number(groups['season']) !== season) return undefined;
  // `4x13 - Chapter 67`
  if (mark !== undefined && /\s-\s/u.test(joint ?? '') && number - last > WIDEST_SPACED_RANGE) return undefined;
  const isRange = joint !== undefined && /[-~]|to/iu.test(joint);
  // A title may begin with a number: `S01E05 - 12 Monkeys`, `S01E05 & 3 Ninjas`.
  if (words !== undefined && mark === undefined) {
    const glued = !/\s/u.test(words);
    if ((glued && !/^(?:a|u|e|y|t|и)/iu.test(words)) || (isRange && /\s/u.test(joint)) || number !== last + 1)
      return undefined;
  }
  return isRange ? Array.from({ length: number - last }, (_, index) => last + 1 + index) : [number];
}
