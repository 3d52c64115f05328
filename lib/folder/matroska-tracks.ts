import { elementsIn, topLevelPieces, type Piece, type ReadAt } from './container-pieces.ts';

const SEGMENT = '18538067';
const CLUSTER = '1f43b675';
const TRACKS = '1654ae6b';
const TRACK = 'ae';
const NUMBER = 'd7';
const LANGUAGES = new Set(['22b59c', '22b59d']);

/** Tracks without a language element. The standard says that means English; in practice it is unknown. */
export function tracksWithoutLanguage(read: ReadAt, sizeBytes: number): Set<number> {
  const found = new Set<number>();
  const segment = topLevelPieces(read, sizeBytes).find(({ name }) => name === SEGMENT);
  for (const part of segment ? elementsIn(read, segment) : []) {
    if (part.name === CLUSTER) break;
    if (part.name !== TRACKS) continue;
    for (const track of elementsIn(read, part).filter(({ name }) => name === TRACK)) {
      const elements = [...elementsIn(read, track)];
      const number = elements.find(({ name }) => name === NUMBER);
      if (number && !elements.some(({ name }) => LANGUAGES.has(name))) found.add(readNumber(read, number));
    }
  }
  return found;
}

const readNumber = (read: ReadAt, { contentStart, end }: Piece): number =>
  read(contentStart, end - contentStart).readUIntBE(0, Math.min(end - contentStart, 6));
