import { readConfig } from '../lib/core/config.ts';
import { openEmbedded } from '../lib/core/terminal/embedded.ts';
import { NOWHERE } from './nowhere.ts';

// Records and asks in turn, as one command after another would, until it is killed.
const [dataDirectory = '', first = ''] = process.argv.slice(2);
const config = readConfig({
  environment: { ...NOWHERE, IMMERSION_DATA_DIR: dataDirectory },
  workingDirectory: dataDirectory,
});
const json = { 'content-type': 'application/json' };
for (let number = Number(first); ; number++) {
  const { send, close } = openEmbedded(config, { user: 'me', build: 'of the test' });
  const body = JSON.stringify({ episodes: [{ folder_name: 'Harbour', file_name: String(number) }] });
  await send({ method: 'POST', path: '/sync', headers: json, body });
  await close();
  const asking = openEmbedded(config, { user: 'me', build: 'of the test' });
  await asking.send({ method: 'GET', path: '/progress', headers: {} });
  await asking.close();
  process.stdout.write('.');
}
