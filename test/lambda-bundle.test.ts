import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { strFromU8, unzipSync } from 'fflate';
import { buildLambda, bundleFunction, FUNCTION_NAMES } from '../scripts/build-lambda.ts';

/** Of the API’s function, without the page and the HTTP client, which it loads on demand. */
const MAXIMUM_BYTES_WITHOUT_SDK = 750_000;
/** The functions' files besides code and source map. */
const OWN_FILES: Record<string, string[]> = {
  api: ['got.mjs', 'page.json'],
  authorizer: ['got.mjs'],
  tick: ['got.mjs'],
};

async function zipsOf(t: ExecutionContext): Promise<Map<string, Uint8Array>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-bundle-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const built = await buildLambda(path.join(folder, 'lambda'));
  return new Map(await Promise.all(built.map(async ({ name, zip }) => [name, await readFile(zip)] as const)));
}

test('the functions’ zips are the same byte for byte wherever they are built, and name no folder of the machine', async (t) => {
  const [zips, again] = [await zipsOf(t), await zipsOf(t)];
  t.deepEqual([...zips.keys()], FUNCTION_NAMES);
  for (const [name, zip] of zips) {
    t.true(Buffer.from(zip).equals(Buffer.from(again.get(name) ?? [])), name);
    const files = unzipSync(zip);
    t.deepEqual(Object.keys(files).sort(), ['index.mjs', 'index.mjs.map', ...(OWN_FILES[name] ?? [])].sort());
    for (const [file, bytes] of Object.entries(files)) {
      const text = strFromU8(bytes);
      for (const folder of [path.resolve(import.meta.dirname, '..'), homedir(), tmpdir()]) {
        t.false(text.includes(`${folder}${path.sep}`), `${name}/${file} names ${folder}`);
      }
    }
    const { sources } = JSON.parse(strFromU8(files['index.mjs.map'] ?? new Uint8Array())) as { sources: string[] };
    t.true(sources.includes('../../../lib/core/config.ts'), `${name}'s source map names its sources`);
  }
});

test('the API’s function brings nothing that needs a disk, other programs or a terminal', async (t) => {
  const { 'index.mjs.map': map } = await bundleFunction('api', ['@aws-sdk/*']);
  const { sources } = JSON.parse(strFromU8(map ?? new Uint8Array())) as { sources: string[] };
  t.true(sources.some((source) => source.endsWith('/lib/imports/wiring.ts')));
  const strange =
    /^.*\/(?:sqlite[^/]*\.ts|yt-dlp[^/]*\.ts|images-client\.ts|token-key\.ts|(?:lib\/(?:folder|demo|doctor)|terminal|mediabunny|mediainfo\.js|yauzl|iconv-lite|@oclif|@inquirer)\/.*)$/;
  t.deepEqual(
    sources.filter((source) => strange.test(source) && !source.startsWith('disk:')),
    [],
  );
});

test(`the API's function is at most ${MAXIMUM_BYTES_WITHOUT_SDK / 1000} kB beside the AWS SDK`, async (t) => {
  const { 'index.mjs': bundle } = await bundleFunction('api', ['@aws-sdk/*']);
  t.true(bundle !== undefined && bundle.byteLength <= MAXIMUM_BYTES_WITHOUT_SDK, `${bundle?.byteLength} bytes`);
});

test('what the API’s function loads later is in files beside it, as it takes it', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-bundle-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const files = await bundleFunction('api', ['@aws-sdk/*']);
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
  const { default: got } = (await import(path.join(folder, 'got.mjs'))) as { default: { extend: unknown } };
  t.is(typeof got.extend, 'function');
  const page = JSON.parse(strFromU8(files['page.json'] ?? new Uint8Array())) as {
    name: string;
    text: string;
    gzip: string;
  }[];
  t.true(
    page.some(({ name, text, gzip }) => name === 'index.html' && text.startsWith('<!doctype html>') && gzip === ''),
  );
  const loaded = [...strFromU8(files['index.mjs'] ?? new Uint8Array()).matchAll(/import\("(\.[^"]+)"/g)].map(
    ([, name]) => name,
  );
  t.deepEqual(new Set(loaded), new Set(['./got.mjs', './page.json']));
});
