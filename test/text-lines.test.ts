import test from 'ava';
import * as fc from 'fast-check';
import { readTextLines, type TextEncoding } from '../lib/recording/text-lines-rules.ts';

const TEXT = '# 日本語\r\nhttps://youtu.be/dQw4w9WgXcQ\n\rvoilà 🐻\n';
const LINES = ['# 日本語', 'https://youtu.be/dQw4w9WgXcQ', '', 'voilà 🐻'];
const littleEndian = (text: string) => Buffer.from(text, 'utf16le');
const bigEndian = (text: string) => littleEndian(text).swap16();
const shiftJis = Buffer.concat([Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea]), Buffer.from('\nyoutu.be/x\n')]);

const FILES: [name: string, bytes: Uint8Array, encoding: TextEncoding, lines: string[]][] = [
  ['UTF-8', Buffer.from(TEXT), 'utf-8', LINES],
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${TEXT}`), 'utf-8', LINES],
  ['UTF-16 of Windows', littleEndian(`\uFEFF${TEXT}`), 'utf-16le', LINES],
  ['UTF-16, big end first', bigEndian(`\uFEFF${TEXT}`), 'utf-16be', LINES],
  ['an empty file', Buffer.alloc(0), 'utf-8', []],
  ['a mark alone', littleEndian('\uFEFF'), 'utf-16le', []],
  ['Shift-JIS', shiftJis, null, ['\uFFFD\uFFFD\uFFFD{\uFFFD\uFFFD', 'youtu.be/x']],
  ['Latin-1', Buffer.from('voilà\nyoutu.be/x', 'latin1'), null, ['voil\uFFFD', 'youtu.be/x']],
  ['half a character of UTF-16', Buffer.concat([littleEndian('\uFEFFa'), Buffer.from([0x61])]), null, ['a\uFFFD']],
];

for (const [name, bytes, encoding, lines] of FILES) {
  test(`${name} is read${encoding === null ? ' as far as its ASCII goes, and known to be something else' : ''}`, (t) => {
    const read = readTextLines(bytes);
    t.is(read.encoding, encoding);
    t.deepEqual(
      read.lines.map(({ text }) => text),
      lines,
    );
  });
}

test('UTF-16 without its mark is not taken for UTF-8', (t) => {
  t.is(readTextLines(littleEndian('https://youtu.be/x\n')).encoding, null);
});

test('mark and lines are the file again, byte for byte, whatever is in it', (t) => {
  const mark = fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]);
  const byte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x00), fc.integer({ min: 0, max: 255 }));
  const goesRound = fc.property(mark, fc.array(byte), (start, rest) => {
    const bytes = Uint8Array.from([...start, ...rest]);
    const read = readTextLines(bytes);
    return Buffer.concat([read.mark, ...read.lines.map((line) => line.bytes)]).equals(bytes);
  });
  t.notThrows(() => fc.assert(goesRound, { numRuns: 2000 }));
});
