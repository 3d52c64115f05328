import { isIP } from 'node:net';
import type { Context } from 'koa';

/** The client's address. Behind a proxy, the last one in the header, since earlier ones may be forged. */
export function clientAddress({ req }: Pick<Context, 'req'>, { behindProxy }: { behindProxy: boolean }): string {
  const hop = behindProxy ? [req.headers['x-forwarded-for']].flat().at(-1)?.split(',').at(-1)?.trim() : undefined;
  return hop && isIP(hop) ? hop : (req.socket.remoteAddress ?? '');
}
