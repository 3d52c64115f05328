import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

/** A text of the product with its location; `…` replaces inserted values. */
export interface Text {
  place: string;
  text: string;
}

// The fakes imitate providers' wording.
const FILES = globSync(['{commands,api}/**/*.ts', 'lib/**/*.ts', 'web/**/*.{ts,tsx}'], { cwd: ROOT })
  .filter((file) => !file.includes('demo/fake-'))
  .sort();

/** All user-facing strings in the sources, in the order of files and lines. */
export const allTexts = (): Text[] =>
  FILES.flatMap((file) =>
    textsOf(readFileSync(path.join(ROOT, file), 'utf8'), file.endsWith('x')).map(({ line, text }) => ({
      place: `${file}:${line}`,
      text,
    })),
  );

/** Strings, template literals and JSX text. */
function textsOf(source: string, isPage: boolean): { line: number; text: string }[] {
  const found: { at: number; text: string }[] = [];
  let at = 0;

  /** Parses code up to a template's closing brace, or to the end. */
  function readCode(isInTemplate: boolean): void {
    let depth = 0;
    while (at < source.length) {
      const two = source.slice(at, at + 2);
      if (two === '//') at = endOf('\n');
      else if (two === '/*') at = endOf('*/');
      else if (/^['"]/.test(two)) readQuoted(two.charAt(0));
      else if (two.startsWith('`')) readTemplate();
      else if (isInTemplate && two.startsWith('}') && depth === 0) return;
      else {
        if (two.startsWith('{')) depth += 1;
        if (two.startsWith('}')) depth -= 1;
        at += isRegex() ? lengthOfRegex() : 1;
      }
    }
  }

  function readQuoted(quote: string): void {
    const start = at;
    at += 1;
    while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
    found.push({ at: start, text: source.slice(start + 1, at) });
    at += 1;
  }

  function readTemplate(): void {
    const start = at;
    let text = '';
    at += 1;
    while (at < source.length && source[at] !== '`') {
      if (source.startsWith('${', at)) {
        at += 2;
        readCode(true);
        text += '…';
      } else text += source[at];
      at += 1;
    }
    found.push({ at: start, text });
    at += 1;
  }

  const endOf = (mark: string): number => {
    const end = source.indexOf(mark, at);
    return end < 0 ? source.length : end + mark.length;
  };
  const isRegex = (): boolean =>
    source[at] === '/' && /[(,=:[!&|?{};\n]\s*$|\breturn\s+$|=>\s*$/.test(source.slice(Math.max(0, at - 20), at));
  const lengthOfRegex = (): number =>
    /^\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+\/[a-z]*/.exec(source.slice(at))?.[0].length ?? 1;

  readCode(false);
  const tags = isPage ? source : '';
  for (const { index, 1: text = '' } of tags.matchAll(/>\s*([A-Za-z][^<>{}=;]*?)\s*(?=[<{])/g)) {
    if (/[a-z] [a-z]|^[A-Z][a-z]+$/.test(text) && !/[()[\]|]/.test(text)) found.push({ at: index, text });
  }
  return found
    .filter(({ text }) => isForPeople(text))
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => ({
      line: source.slice(0, at).split('\n').length,
      text: text.replaceAll(/\s+/g, ' ').trim(),
    }));
}

/** Words separated by a space, or one capitalized word. */
const isForPeople = (text: string): boolean =>
  !/^[./]/.test(text) && (/[\p{L}…“”'’)\d.,:%] [\p{L}…“(\d]/u.test(text) || /^[A-Z][a-z]+[.:…]?$/.test(text));

if (import.meta.main) for (const { place, text } of allTexts()) console.log(`${place}\t${text}`);
