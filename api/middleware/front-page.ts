import type { Middleware } from 'koa';

/** What stands at the root, open to everyone: what this is, and where to go. Relative links, so that it works under a sub-path. */
export function frontPage(): Middleware {
  return async function showFrontPage(ctx, next) {
    if (ctx.path !== '/' || ctx.method === 'OPTIONS') return next();
    if (!['GET', 'HEAD'].includes(ctx.method)) {
      ctx.set('Allow', 'GET, HEAD');
      ctx.throw(405);
    }
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    ctx.type = 'html';
    ctx.body = PAGE;
  };
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>immersion</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; }
</style>
</head>
<body>
<main>
<h1>immersion</h1>
<p>This server records what you watch and listen to while learning a language, and shows your progress.</p>
<p>Use it with the <code>immersion</code> command: set <code>IMMERSION_TRACKER_API_URL</code> to this address.</p>
<p><a href="docs">What it answers</a>, the same <a href="openapi.json">as OpenAPI</a>, and <a href="health">whether it is well</a>.</p>
</main>
</body>
</html>
`;
