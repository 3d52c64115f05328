import { parentPort } from 'node:worker_threads';
import { readFileFacts } from './media-facts.ts';

// Answers each path with the facts of its file; with nothing where the file cannot be read.
parentPort?.on('message', (path: string) => {
  void readFileFacts(path)
    .catch(() => undefined)
    .then((facts) => parentPort?.postMessage(facts));
});
