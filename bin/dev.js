#!/usr/bin/env node
// Runs the sources as they are, without a build: Node strips the types, oclif need not.
import { flush, handle, run, settings } from '@oclif/core';
import packageJson from '../package.json' with { type: 'json' };

settings.enableAutoTranspile = false;
settings.debug = true;
const root = new URL('..', import.meta.url).pathname;
const pjson = {
  ...packageJson,
  oclif: {
    ...packageJson.oclif,
    commands: { strategy: 'pattern', target: './commands' },
    helpClass: './lib/core/terminal/help.ts',
    hooks: { command_not_found: './lib/core/terminal/unknown-command.ts' },
  },
};
await run(process.argv.slice(2), { root, pjson, ignoreManifest: true }).then(() => flush(), handle);
