import type { Routes, RouteSettings } from '../route-settings.ts';
import {
  getPosition,
  listAllPositions,
  listPositions,
  updatePosition,
} from '../../lib/positions/positions-contract.ts';
import { ForbiddenError } from '../../lib/core/errors.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import type { Account } from '../../lib/users/accounts-service.ts';
import { serve } from '../middleware/validation.ts';
import type { PositionServices } from '../../lib/positions/wiring.ts';

export function addRoutes(router: Routes, { positions }: PositionServices, { log }: RouteSettings): void {
  const refuseOthers = ({ user, admin, isAnyone }: Account, username: string): void => {
    if (user === username || isAnyone) return;
    if (!admin) throw notYours(user, username);
    log.info('An admin acted for another user', { user, for: username });
  };

  serve(router, getPosition, async ({ account, query }) => {
    refuseOthers(account, query.username);
    return snakeCased(await positions.get({ username: query.username, tvShow: query.tv_show }));
  });

  serve(router, listPositions, async ({ account, query: { username } }) => {
    refuseOthers(account, username);
    const shows = (await positions.list(username)).map(({ tvShow, season, episode, lastUpdated }) =>
      snakeCased({ tvShow, season, episode, lastUpdated }),
    );
    return { username, shows, total_shows: shows.length };
  });

  serve(router, updatePosition, async ({ account, body: { username, tv_show: tvShow, season, episode } }) => {
    refuseOthers(account, username);
    await positions.set({ username, tvShow, season, episode });
    return { message: 'Episode updated successfully' as const, username, tv_show: tvShow, season, episode };
  });

  serve(router, listAllPositions, async ({ account, query }) => {
    if (!account.admin) throw new ForbiddenError('Only an admin can see everyone’s entries.', { code: 'forbidden' });
    if (!account.isAnyone) log.info('An admin looked at everyone’s entries', { user: account.user });
    const page = await positions.all(query);
    const entries = page.positions.map(snakeCased);
    return {
      entries,
      total_entries: entries.length,
      ...(query.limit === undefined ? {} : { next: page.next }),
    };
  });
}

const notYours = (user: string, username: string) =>
  new ForbiddenError(`You are “${user}” and can’t act for “${username}”.`, {
    code: 'forbidden',
    suggestions: ['Use your own name, or ask an admin.'],
  });
