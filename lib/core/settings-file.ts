import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { encodingOf } from './text-encoding-rules.ts';

const MAXIMUM_BYTES = 1024 * 1024;

/**
 * Reads a text file with settings or secrets: UTF-8, or UTF-16 with its byte order mark. Throws an error whose `code`
 * is the system's, or a reason: for pipes and devices, which might never end, for large files, and other encodings.
 */
export function readSettingsFile(file: string): string {
  // Non-blocking, since opening a pipe would wait for a writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isDirectory()) throw refusal('not a regular file');
    if (stats.size > MAXIMUM_BYTES) throw refusal(`larger than ${MAXIMUM_BYTES / 1024 / 1024} MB`);
    const text = decoded(readFileSync(descriptor));
    if (text === undefined) throw refusal('not UTF-8 text');
    return text;
  } finally {
    closeSync(descriptor);
  }
}

const refusal = (code: string) => Object.assign(new Error(code), { code });

function decoded(bytes: Buffer): string | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === 'UTF-16LE') return bytes.subarray(2).toString('utf16le');
  if (encoding === 'UTF-16BE' && bytes.length % 2 === 0) {
    return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
  }
  return isUtf8(bytes) ? bytes.toString().replace(/^\uFEFF/, '') : undefined;
}
