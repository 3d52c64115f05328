import type { Middleware } from 'koa';
import { UnauthorizedError } from '../../lib/core/errors.ts';
import type { Account, Accounts } from '../../lib/users/accounts-service.ts';
import { parseBasic } from '../../lib/users/basic-credentials-rules.ts';
import { clientAddress } from './client-address.ts';

export type Authentication =
  | { kind: 'basic'; accounts: Accounts; behindProxy?: boolean }
  /** A gateway has authenticated the request. */
  | { kind: 'gateway'; accountOf: (ctx: Parameters<Middleware>[0]) => Account | undefined }
  /** No authentication: for loopback addresses only. */
  | { kind: 'open'; account: Account };

/** For the log and programs such as fail2ban, which count by address. */
export interface RefusedLogin {
  address: string;
  attempted_user: string | undefined;
}

const MAXIMUM_LOGGED_CHARACTERS = 64;

/** Sets `ctx.state.account`, or responds with 401. `isOpen` selects paths without authentication. */
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

/** A client's user name, escaped so that it can't forge log lines. */
const loggable = (text: string | undefined): string | undefined =>
  text
    ?.slice(0, MAXIMUM_LOGGED_CHARACTERS)
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
