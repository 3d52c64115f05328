import test from 'ava';
import { describeWatch } from '../lib/viewings/history-rules.ts';
import { isoInstant, parseInstant } from '../lib/core/instant-rules.ts';
import type { CollectionRecord, WatchRecord } from '../lib/viewings/record-rules.ts';
import { isReleasedBy } from '../lib/tmdb/release-date-rules.ts';

for (const [date, other, expected] of [
  ['2026-03-01', '2026-03-01', true],
  ['2026-03-02', '2026-03-01', false],
  ['2025-12-31', '2026-01-01', true],
  ['2026-03', '2026-03-15', true],
  ['2026-04', '2026-03-15', false],
  ['2026-03-15', '2026-03', true],
  ['2026', '2026-01-01', true],
  ['2027', '2026-12-31', false],
  [null, '2026-03-01', false],
  ['2026-03-01', null, false],
  [null, null, false],
] as const) {
  test(`an episode of ${date} is ${expected ? '' : 'not '}back-filled for one of ${other}`, (t) => {
    t.is(isReleasedBy(date, other), expected);
  });
}

for (const [text, zone, expected] of [
  ['2026-10-01T18:30:00Z', 'Asia/Tokyo', '2026-10-01T18:30:00Z'],
  ['2026-10-01T18:30:00+02:00', 'Asia/Tokyo', '2026-10-01T16:30:00Z'],
  ['2026-10-01T18:30', 'Asia/Tokyo', '2026-10-01T09:30:00Z'],
  ['2026-10-01', 'Asia/Tokyo', '2026-09-30T15:00:00Z'],
  ['2026-09-27', 'Pacific/Auckland', '2026-09-26T12:00:00Z'],
  ['1790000000', 'Asia/Tokyo', '2026-09-21T14:13:20Z'],
  ['2026', 'Etc/UTC', '2026-01-01T00:00:00Z'],
  ['yesterday', 'Etc/UTC', undefined],
  ['2026-13-01', 'Etc/UTC', undefined],
  ['', 'Etc/UTC', undefined],
] as const) {
  test(`“${text}” in ${zone} is ${expected ?? 'no instant'}`, (t) => {
    const instant = parseInstant(text, zone);
    t.is(instant === undefined ? undefined : isoInstant(instant), expected);
  });
}

const episode: WatchRecord = { type: 'episode', folderName: 'folder', fileName: 'file', watchedAt: 5 };
const show: CollectionRecord = {
  type: 'show',
  folderName: 'folder',
  tvdbId: 1,
  name: 'Show',
  image: null,
  averageRuntimeSeconds: 1500,
  version: 2,
};
const video: WatchRecord = {
  type: 'youtube_video',
  videoId: 'v',
  title: '',
  channelId: 'c',
  durationSeconds: 9,
  watchedAt: 5,
};
const movie: WatchRecord = {
  type: 'movie',
  fileName: 'file',
  tvdbId: null,
  tmdbId: null,
  name: null,
  image: null,
  durationSeconds: 0,
  watchedAt: 5,
};
for (const [record, collection, expected] of [
  [episode, show, { title: 'file', collection: 'Show', durationSeconds: 1500 }],
  [episode, { ...show, name: null, averageRuntimeSeconds: 0 }, { collection: 'folder', durationSeconds: 1200 }],
  [episode, undefined, { collection: 'folder', durationSeconds: 1200 }],
  [video, { type: 'youtube_channel', channelId: 'c', title: null, artworkUrl: null }, { title: 'v', collection: null }],
  [video, undefined, { title: 'v', collection: null, durationSeconds: 9 }],
  [movie, undefined, { title: 'file', collection: null, durationSeconds: 0 }],
] as const) {
  test(`the history describes ${record.type} with ${JSON.stringify(collection)}`, (t) => {
    t.like(describeWatch(record, collection), expected);
  });
}
