#!/bin/sh
# Makes the stack as soon as the emulator is ready, and prints the URL of the API.
# `npm run build:lambda` makes what it runs; `npm run stack:up` does all of it from outside.
[ -n "$IMMERSION_SKIP_INIT" ] && exit 0
if [ ! -f /opt/immersion/stack/init.mjs ]; then
  echo 'The stack is not made: run `npm run build:lambda`, then `docker compose restart`.' >&2
  exit 1
fi
if ! command -v node >/dev/null; then
  echo 'The stack is not made: this image has no node. Run `npm run stack:up`.' >&2
  exit 1
fi
exec node /opt/immersion/stack/init.mjs
