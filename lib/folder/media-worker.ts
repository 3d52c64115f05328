import { parentPort } from 'node:worker_threads';
import { readFileFacts } from './media-facts.ts';

// Says that it is ready, then answers each path with the facts of its file; with nothing where that cannot be read.
parentPort?.on('message', (path: string) => {
  void readFileFacts(path)
    .catch(() => undefined)
    .then((facts) => parentPort?.postMessage(facts));
});
parentPort?.postMessage('ready');
