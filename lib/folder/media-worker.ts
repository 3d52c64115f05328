import { parentPort } from 'node:worker_threads';
import { readFileFacts } from './media-facts.ts';

// Posts `ready`, then the facts for each path received; undefined if unreadable.
parentPort?.on('message', (path: string) => {
  void readFileFacts(path)
    .catch(() => undefined)
    .then((facts) => parentPort?.postMessage(facts));
});
parentPort?.postMessage('ready');
