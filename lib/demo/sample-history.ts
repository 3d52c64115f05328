import { SAMPLE_CHANNELS, SAMPLE_PODCASTS } from './sample-library.ts';

/** A line of an export. */
export type SampleLine = { type: string } & Record<string, unknown>;

/** A little over a year; the last three weeks have no gaps. */
const DAYS = 380;
const DAYS_WITHOUT_REST = 20;

const CAFE = { folder_name: 'しろねこ郵便局', tvdb_id: 900_103, minutes: 24 };
const LIBRARY = { folder_name: '深夜の図書室', tvdb_id: 900_104, minutes: 24 };
const TRAIN = { folder_name: 'El tren de las ocho', tvdb_id: 900_105, minutes: 48 };
const FILMS = ['海辺のピアノ (2016)', '雪の駅 (2011)', '小さな本屋 (2020)', '風鈴 (2014)'];

/**
 * Exported records, up to yesterday, of a learner of Japanese and some Spanish: an episode or two in the evening, a
 * podcast, videos, a talk on Saturdays, a film now and then. Deterministic for a given day.
 */
export function sampleHistory(now: Date): SampleLine[] {
  const [channel] = SAMPLE_CHANNELS;
  const [podcast] = SAMPLE_PODCASTS;
  return [
    { type: 'settings', zones: [], day_ends_at: 0, week_starts_on: 'monday', default_language: 'ja' },
    ...[CAFE, LIBRARY, TRAIN].map(({ folder_name, tvdb_id, minutes }) => ({
      type: 'show',
      folder_name,
      tvdb_id,
      tvdb_name: folder_name,
      tvdb_average_runtime: minutes * 60,
      version: 1,
    })),
    { type: 'youtube_channel', youtube_channel_id: channel?.id, youtube_channel_title: channel?.title },
    { type: 'spotify_show', spotify_show_id: podcast?.id, spotify_show_name: podcast?.name },
    ...Array.from({ length: DAYS }, (_, index) => dayBefore(now, DAYS - index)).flat(),
    { type: 'goal', id: 'daily', seconds: 45 * 60, period: 'day' },
    ...[150, 300, 600].map((hours) => ({
      type: 'goal',
      id: `ladder-ja-${hours}h`,
      seconds: hours * 3600,
      period: 'all',
      language: 'ja',
    })),
  ];
}

function dayBefore(now: Date, days: number): SampleLine[] {
  const number = DAYS - days;
  const isRest = days > DAYS_WITHOUT_REST && (number * 7) % 11 < 2;
  if (isRest) return [];
  const at = (hour: number, minute: number): number =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, hour, minute).getTime() / 1000;
  const isSaturday = number % 7 === 5;
  const show = number % 7 === 6 ? TRAIN : number < 200 ? CAFE : LIBRARY;
  const episodes = show === TRAIN ? 1 : 1 + Math.floor(number / 150) - (number % 3 === 0 ? 1 : 0);
  return [
    ...Array.from({ length: Math.max(1, episodes) }, (_, index) => ({
      type: 'episode',
      folder_name: show.folder_name,
      file_name: `E${String(number * 3 + index + 1).padStart(4, '0')}`,
      timestamp: at(20, 30 + index * show.minutes),
      episode_duration: show.minutes * 60 + ((number * 13) % 60),
      duration_source: 'file',
      language: show === TRAIN ? 'es' : 'ja',
    })),
    ...(number % 2 === 0 ? [] : [podcastEpisode(number, at(8, 10))]),
    ...(number % 5 === 0 ? [video(number, at(12, 40))] : []),
    ...(isSaturday ? [talk(number, at(17, 0))] : []),
    ...(number % 60 === 33 && number < 300 ? [film(number, at(22, 0))] : []),
  ];
}

const podcastEpisode = (number: number, timestamp: number): SampleLine => ({
  type: 'spotify_episode',
  spotify_episode_id: `demoHistory${number}`,
  spotify_episode_title: `第${number}回`,
  spotify_show_id: SAMPLE_PODCASTS[0]?.id,
  spotify_episode_duration: 1200 + (number % 7) * 30,
  timestamp,
});

const video = (number: number, timestamp: number): SampleLine => ({
  type: 'youtube_video',
  youtube_video_id: `demoHistory${number}`,
  youtube_video_title: `散歩 その${number}`,
  youtube_channel_id: SAMPLE_CHANNELS[0]?.id,
  youtube_video_duration: 700 + (number % 9) * 40,
  timestamp,
});

const talk = (number: number, timestamp: number): SampleLine => ({
  type: 'entry',
  source: 'log',
  ref: `talk-${number}`,
  title: 'Conversation with Yuki',
  medium: 'other',
  timestamp,
  duration: 45 * 60,
  duration_source: 'person',
  activity: 'talking',
  attention: 'focused',
  language: 'ja',
});

const film = (number: number, timestamp: number): SampleLine => {
  const name = FILMS[Math.floor(number / 60) % FILMS.length] ?? '';
  return {
    type: 'movie',
    file_name: `${name} ${number}`,
    tvdb_name: name,
    movie_duration: 6300,
    timestamp,
    language: 'ja',
  };
};
