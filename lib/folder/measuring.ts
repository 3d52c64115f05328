import { createFileMeasurer } from './file-facts.ts';
import type { Journal } from './journal.ts';
import type { FoundFile, LeftOut } from './library.ts';

export interface Measured {
  durationSeconds?: number;
  language?: string;
}

const TRUNCATED = 'incomplete: it is still being downloaded, or damaged';
const UNREADABLE = 'it has no readable video or audio: damaged, or not a media file';

/** Measures files. Skips incomplete ones, and those that are neither video nor audio. */
export async function measureFiles<F extends FoundFile>(
  files: readonly F[],
  { journal, progressed }: { journal: Journal; progressed: (done: number) => void },
): Promise<{ whole: (F & Measured)[]; leftOut: LeftOut[] }> {
  const measurer = createFileMeasurer({ kept: journal });
  const whole: (F & Measured)[] = [];
  const leftOut: LeftOut[] = [];
  try {
    for (const [index, file] of files.entries()) {
      const { seconds, audioLanguages, truncated, unreadable } = await measurer.measure(file.path);
      if (truncated || unreadable) leftOut.push({ path: file.path, reason: truncated ? TRUNCATED : UNREADABLE });
      else {
        const [language] = audioLanguages;
        whole.push({
          ...file,
          ...(seconds !== null && seconds >= 1 && { durationSeconds: Math.round(seconds) }),
          ...(language !== undefined && { language }),
        });
      }
      progressed(index + 1);
    }
  } finally {
    await measurer.close();
  }
  return { whole, leftOut };
}
