import type { Middleware } from 'koa';
import { UnauthorizedError } from '../../lib/core/errors.ts';
import type { Account, Accounts } from '../../lib/users/accounts-service.ts';

/** How a request proves who asks. */
export type Authentication =
  | { kind: 'basic'; accounts: Accounts }
  /** A gateway in front has decided already; it says who asks. */
  | { kind: 'gateway'; accountOf: (ctx: Parameters<Middleware>[0]) => Account | undefined }
  /** Nobody is asked: for a loopback address only. */
  | { kind: 'open'; account: Account };

/** Lets a request pass to `next` with `ctx.state.account`, or answers 401. `isOpen` names the paths that need no one. */
export function authentication(how: Authentication, isOpen: (path: string) => boolean): Middleware {
  return async function authenticate(ctx, next) {
    const account = isOpen(ctx.path) ? undefined : await accountOf(how, ctx);
    if (!account && !isOpen(ctx.path)) {
      throw new UnauthorizedError('Wrong or missing user name or password.', {
        code: 'unauthorized',
        suggestions: ['Check IMMERSION_TRACKER_USER and IMMERSION_TRACKER_PASSWORD.'],
      });
    }
    ctx.state['account'] = account;
    await next();
  };
}

async function accountOf(how: Authentication, ctx: Parameters<Middleware>[0]): Promise<Account | undefined> {
  if (how.kind === 'open') return how.account;
  if (how.kind === 'gateway') return how.accountOf(ctx);
  return how.accounts.verify(ctx.get('Authorization'));
}
