import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { path as FFMPEG } from '@ffmpeg-installer/ffmpeg';
import { path as FFPROBE } from '@ffprobe-installer/ffprobe';

const run = promisify(execFile);
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
/** Seconds after which only the picture goes on, since silence takes most of the time. */
const SOUND = '90';
/** ffmpeg options of each container; those without video are audio only. */
const CONTAINERS: Record<string, { video?: string[]; audio: string[]; format?: string }> = {
  mkv: { video: H264, audio: ['-c:a', 'aac'] },
  webm: { video: ['-c:v', 'libvpx', '-deadline', 'realtime'], audio: ['-c:a', 'libopus', '-compression_level', '0'] },
  mp4: { video: H264, audio: ['-c:a', 'aac'] },
  m4v: { video: H264, audio: ['-c:a', 'aac'], format: 'mp4' },
  mov: { video: H264, audio: ['-c:a', 'aac'] },
  ts: { video: H264, audio: ['-c:a', 'aac'], format: 'mpegts' },
  m2ts: { video: H264, audio: ['-c:a', 'ac3'], format: 'mpegts' },
  avi: { video: ['-c:v', 'mpeg4'], audio: ['-c:a', 'libmp3lame'] },
  mpg: { video: ['-c:v', 'mpeg2video', '-r', '25'], audio: ['-c:a', 'mp2', '-ar', '44100'] },
  wmv: { video: ['-c:v', 'wmv2'], audio: ['-c:a', 'wmav2', '-ar', '22050'] },
  flv: { video: ['-c:v', 'flv1'], audio: ['-c:a', 'libmp3lame', '-ar', '11025'] },
  mp3: { audio: ['-c:a', 'libmp3lame'] },
  m4a: { audio: ['-c:a', 'aac'], format: 'mp4' },
  ogg: { audio: ['-c:a', 'libvorbis'] },
  opus: { audio: ['-c:a', 'libopus', '-compression_level', '0'] },
  flac: { audio: ['-c:a', 'flac'] },
  aac: { audio: ['-c:a', 'aac'], format: 'adts' },
  wav: { audio: ['-c:a', 'pcm_s16le'] },
};

export const CONTAINER_NAMES = Object.keys(CONTAINERS);

/** A file to create; its extension determines the container. */
export interface WantedMedia {
  name: string;
  seconds: number;
  /** Language tags of audio tracks in ffmpeg's notation; by default one track without a tag. */
  languages?: string[];
  /** Index of the default audio track. */
  defaultTrack?: number;
  /** More options of ffmpeg. */
  options?: string[];
}

/** Creates small black and silent files. Returns their paths in order. */
export async function makeMedia(folder: string, wanted: readonly WantedMedia[]): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const sources = [
    '-f',
    'lavfi',
    '-i',
    'color=s=16x16:r=1',
    '-f',
    'lavfi',
    '-t',
    SOUND,
    '-i',
    'anullsrc=r=8000:cl=mono',
  ];
  const outputs = wanted.flatMap((file) => outputOf(file, path.join(folder, file.name)));
  await run(FFMPEG, ['-v', 'error', '-nostdin', '-y', ...sources, ...outputs]);
  return wanted.map(({ name }) => path.join(folder, name));
}

function outputOf({ name, seconds, languages = [''], defaultTrack = 0, options = [] }: WantedMedia, file: string) {
  const container = CONTAINERS[path.extname(name).slice(1)];
  if (!container) throw new Error(`No container is known for ${name}`);
  const video = container.video ? ['-map', '0:v', ...container.video] : [];
  const audio = languages.flatMap((language, index) => {
    const disposition = index === defaultTrack ? 'default' : '0';
    return ['-map', '1:a', `-metadata:s:a:${index}`, `language=${language}`, `-disposition:a:${index}`, disposition];
  });
  const format = container.format ? ['-f', container.format] : [];
  return [...video, ...audio, ...container.audio, '-t', String(seconds), ...options, ...format, file];
}

const PROBE = 'set -e; for file; do "$0" -v error -show_entries format=duration -of csv=p=0 "$file"; done';

/** Seconds according to ffprobe. One shell starts it a hundred times in less time than Node. */
export async function probedSeconds(files: readonly string[]): Promise<number[]> {
  const { stdout } = await run('sh', ['-c', PROBE, FFPROBE, ...files]);
  return stdout.trimEnd().split('\n').map(Number);
}

export const ffmpeg = (...args: string[]): Promise<unknown> => run(FFMPEG, ['-v', 'error', '-nostdin', '-y', ...args]);
