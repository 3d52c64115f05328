import type { Middleware } from 'koa';
import { UnauthorizedError } from '../../lib/core/errors.ts';
import type { Account, Accounts } from '../../lib/users/accounts-service.ts';
import { parseBasic } from '../../lib/users/basic-credentials-rules.ts';
import { clientAddress } from './client-address.ts';

/** How a request proves who asks. */
export type Authentication =
  | { kind: 'basic'; accounts: Accounts; behindProxy?: boolean }
  /** A gateway in front has decided already; it says who asks. */
  | { kind: 'gateway'; accountOf: (ctx: Parameters<Middleware>[0]) => Account | undefined }
  /** Nobody is asked: for a loopback address only. */
  | { kind: 'open'; account: Account };

/** Who was turned away, for the log: for programs such as fail2ban, which count by address. */
export interface RefusedLogin {
  address: string;
  attempted_user: string | undefined;
}

const MAXIMUM_LOGGED_CHARACTERS = 64;

/** Lets a request pass to `next` with `ctx.state.account`, or answers 401. `isOpen` names the paths that need no one. */
export function authentication(how: Authentication, isOpen: (path: string) => boolean): Middleware {
  return async function authenticate(ctx, next) {
    if (isOpen(ctx.path)) return next();
    const account = await accountOf(how, ctx);
    if (!account) {
      throw new UnauthorizedError('Wrong or missing user name or password.', {
        code: 'unauthorized',
        suggestions: ['Check IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD.'],
      });
    }
    ctx.state.account = account;
    await next();
  };
}

async function accountOf(how: Authentication, ctx: Parameters<Middleware>[0]): Promise<Account | undefined> {
  if (how.kind === 'open') return how.account;
  if (how.kind === 'gateway') return how.accountOf(ctx);
  const header = ctx.get('Authorization');
  const address = clientAddress(ctx, { behindProxy: how.behindProxy === true });
  ctx.state.refusedLogin = { address, attempted_user: loggable(parseBasic(header)?.user) };
  const account = await how.accounts.verify(header, address);
  if (account) delete ctx.state.refusedLogin;
  return account;
}

/** What a client sent as its user name, escaped so that it cannot forge a log line. */
const loggable = (text: string | undefined): string | undefined =>
  text
    ?.slice(0, MAXIMUM_LOGGED_CHARACTERS)
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
