import { createFileMeasurer } from './file-facts.ts';
import type { Journal } from './journal.ts';
import type { FoundFile, LeftOut } from './library.ts';

export interface Measured {
  durationSeconds?: number;
  language?: string;
}

/** Measures files. Those that end earlier than their container states are still being downloaded, and are skipped. */
export async function measureFiles<F extends FoundFile>(
  files: readonly F[],
  { journal, progressed }: { journal: Journal; progressed: (done: number) => void },
): Promise<{ whole: (F & Measured)[]; truncated: LeftOut[] }> {
  const measurer = createFileMeasurer({ kept: journal });
  const whole: (F & Measured)[] = [];
  const truncated: LeftOut[] = [];
  try {
    for (const [index, file] of files.entries()) {
      const { seconds, audioLanguages, truncated: isTruncated } = await measurer.measure(file.path);
      if (isTruncated)
        truncated.push({ path: file.path, reason: 'incomplete: it is still being downloaded, or damaged' });
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
  return { whole, truncated };
}
