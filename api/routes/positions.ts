import type Router from '@koa/router';
import {
  getPosition,
  listAllPositions,
  listPositions,
  updatePosition,
} from '../../lib/positions/positions-contract.ts';
import { ForbiddenError } from '../../lib/core/errors.ts';
import type { Position } from '../../lib/positions/position-rules.ts';
import type { Account } from '../../lib/users/accounts-service.ts';
import type { Services } from '../../lib/core/services.ts';
import { serve } from '../middleware/validation.ts';

export function positionRoutes(router: Router, { positions, log }: Services): void {
  const refuseOthers = ({ user, admin, isAnyone }: Account, username: string): void => {
    if (user === username || isAnyone) return;
    if (!admin) throw notYours(user, username);
    log.info('An admin acted for somebody else', { user, for: username });
  };

  serve(router, getPosition, async ({ account, query }) => {
    refuseOthers(account, query.username);
    return toAnswer(await positions.get({ username: query.username, tvShow: query.tv_show }));
  });

  serve(router, listPositions, async ({ account, query: { username } }) => {
    refuseOthers(account, username);
    const shows = (await positions.list(username)).map(toShow);
    return { username, shows, total_shows: shows.length };
  });

  serve(router, updatePosition, async ({ account, body: { username, tv_show: tvShow, season, episode } }) => {
    refuseOthers(account, username);
    await positions.set({ username, tvShow, season, episode });
    return { message: 'Episode updated successfully' as const, username, tv_show: tvShow, season, episode };
  });

  serve(router, listAllPositions, async ({ account, query }) => {
    if (!account.admin) throw new ForbiddenError('Only an admin may see everybody’s entries.', { code: 'forbidden' });
    if (!account.isAnyone) log.info('An admin looked at everybody’s entries', { user: account.user });
    const page = await positions.all(query);
    const entries = page.positions.map(toAnswer);
    return {
      entries,
      total_entries: entries.length,
      ...(query.limit === undefined ? {} : { next: page.next }),
    };
  });
}

const notYours = (user: string, username: string) =>
  new ForbiddenError(`You are “${user}” and may not act for “${username}”.`, {
    code: 'forbidden',
    suggestions: ['Name yourself, or ask an admin.'],
  });

const toAnswer = (position: Position) => ({ username: position.username, ...toShow(position) });

const toShow = ({ tvShow, season, episode, lastUpdated }: Position) => ({
  tv_show: tvShow,
  season,
  episode,
  last_updated: lastUpdated,
});
