import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FakeTvdbTitle } from './fake-tvdb.ts';

/** What the fake TVDB of the demo knows. The titles are invented. */
export const SAMPLE_SERIES: FakeTvdbTitle[] = [
  {
    id: 900_101,
    name: '星降る喫茶店',
    englishName: 'Cafe of Falling Stars',
    aliases: ['Hoshifuru Kissaten'],
    year: '2019',
    runtime: 24,
    overview: 'A quiet cafe opens only on nights with shooting stars.',
  },
  {
    id: 900_102,
    name: '星降る喫茶店 二号店',
    englishName: 'Cafe of Falling Stars: Second Shop',
    year: '2022',
    runtime: 24,
  },
  {
    id: 900_201,
    name: '路面電車の旅人',
    englishName: 'The Tram Traveller',
    year: '2021',
    runtime: 47,
    overview: 'One tram line a week, and whoever sits beside him.',
  },
];

const SAMPLE_FILES = [
  'shows/Hoshifuru Kissaten (2019)/watched/01 開店.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/02 流れ星.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/03 常連客.mkv',
  'shows/Hoshifuru Kissaten (2019)/watched/01 開店.ja.srt',
  'shows/路面電車の旅人/watched/第1話.mp4',
  'shows/路面電車の旅人/watched/第2話.mp4',
  'shows/路面電車の旅人/第3話.mp4',
];

/** Makes a library with two shows in `folder`: one finished, of the other an episode is still to be watched. */
export async function makeSampleLibrary(folder: string): Promise<string[]> {
  for (const file of SAMPLE_FILES) {
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, Buffer.alloc(64 * 1024));
  }
  return SAMPLE_FILES;
}
