import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = path.join(import.meta.dirname, '..');
const WEB = path.join(ROOT, 'web');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the page: compressed in advance, in base64. */
export interface PageFile {
  name: string;
  type: string;
  etag: string;
  text: string;
  gzip: string;
  brotli: string;
}

/** Bundles the page into files with content hashes in their names, except `index.html`. */
export async function bundlePage(): Promise<PageFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: WEB,
    entryPoints: ['main.tsx', 'style.css', 'icon.svg'],
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    outdir: path.join(WEB, 'out'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    write: false,
    logLevel: 'warning',
  });
  const assets = outputFiles.map(({ path: file, text }) => pageFile(path.basename(file), text));
  const html = assets.reduce(
    (text, { name }) => text.replace(`"${name.replace(/-\w{8}(?=\.)/, '')}"`, `"page/${name}"`),
    readFileSync(path.join(WEB, 'index.html'), 'utf8').replaceAll(/\n\s*/g, '\n'),
  );
  return [pageFile('index.html', html), ...assets];
}

function pageFile(name: string, text: string): PageFile {
  const brotli = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return {
    name,
    type: TYPES[path.extname(name)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(text).digest('base64url').slice(0, 16),
    text,
    gzip: gzipSync(text, { level: 9 }).toString('base64'),
    brotli: brotli.toString('base64'),
  };
}

/** Writes the page where the API and bundlers import it from. */
export async function buildPage(): Promise<void> {
  mkdirSync(path.join(ROOT, 'dist', 'web'), { recursive: true });
  writeFileSync(path.join(ROOT, 'dist', 'web', 'page.json'), JSON.stringify(await bundlePage()));
}
