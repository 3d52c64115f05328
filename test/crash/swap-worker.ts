import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

// Replaces folders with links and back, until the first word of `stop` is set.
const { folders, target, stop } = workerData as {
  folders: string[];
  target: string;
  stop: Int32Array<SharedArrayBuffer>;
};

const attempt = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    // Cleaned up meanwhile.
    return false;
  }
};

while (Atomics.load(stop, 0) === 0) {
  const folder = folders[Math.floor(Math.random() * folders.length)] ?? '';
  if (!attempt(() => renameSync(folder, `${folder}.aside`))) continue;
  attempt(() => symlinkSync(target, folder));
  Atomics.wait(stop, 0, 0, Math.random());
  attempt(() => unlinkSync(folder));
  attempt(() => renameSync(`${folder}.aside`, folder));
  Atomics.wait(stop, 0, 0, Math.random() * 2);
}
