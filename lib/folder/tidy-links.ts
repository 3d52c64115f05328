import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { counted } from '../core/terminal/text.ts';
import { linkKey, parseLink, readLinkLine } from '../recording/link-rules.ts';
import type { LeftOut } from './library.ts';
import { changeLines, type PlaylistLine } from './links-file.ts';
import { PLAYLIST_HINT, videosOfPlaylist, type RefusedLink } from './record-links.ts';

/** Adds the links of a playlist's videos after its line, and comments that out. Returns lines that stay. */
export async function expandPlaylists(
  file: string,
  playlists: readonly PlaylistLine[],
  { api, isWanted }: { api: ApiClient; isWanted: boolean },
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  const links = new Map<string, string[]>();
  for (const { number, playlistId } of playlists) {
    const place = `${file} line ${number}`;
    try {
      if (!isWanted) leftOut.push({ path: place, reason: PLAYLIST_HINT });
      else if (!links.has(playlistId)) {
        const videos = await videosOfPlaylist(api, playlistId);
        links.set(
          playlistId,
          videos.map(({ id }) => `https://youtu.be/${id}`),
        );
      }
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      const ways = error.suggestions.length > 0 ? ` (${error.suggestions.join(' ').replace(/\.$/, '')})` : '';
      leftOut.push({ path: place, reason: `its videos are unknown. ${error.message.replace(/\.$/, '')}${ways}` });
    }
  }
  if (links.size === 0) return leftOut;
  const fault = await faultOfChanging(file, (text) => {
    const found = readLinkLine(text);
    const after = found.kind === 'playlist' ? links.get(found.id) : undefined;
    return after && { prefix: '# playlist: ', after };
  });
  return [...leftOut, ...fault];
}

/** Offers to comment out links that their provider doesn't have. Returns those that stay. */
export async function offerToCommentOut(
  file: string,
  refused: readonly RefusedLink[],
  { prompts, tell }: { prompts?: Prompts | undefined; tell: (text: string) => void },
): Promise<{ staying: readonly RefusedLink[]; leftOut: LeftOut[] }> {
  const missing = refused.filter(({ retry }) => !retry);
  if (missing.length === 0) return { staying: refused, leftOut: [] };
  if (!prompts) {
    const [what, it] = missing.length === 1 ? ['A link wasn’t', 'it'] : [`${missing.length} links weren’t`, 'them'];
    tell(`${what} found. To stop trying ${it}, delete ${it} or put # in front.`);
    return { staying: refused, leftOut: [] };
  }
  for (const { link, reason } of missing) tell(`Not found: ${linkKey(link)}: ${reason}.`);
  const what = missing.length === 1 ? 'it' : counted(missing.length, 'link');
  if (!(await prompts.confirm(`Comment ${what} out in the list so you aren’t asked again?`))) {
    return { staying: refused, leftOut: [] };
  }
  const keys = new Set(missing.map(({ link }) => linkKey(link)));
  const leftOut = await faultOfChanging(file, (text) => {
    const link = parseLink(text);
    return link && keys.has(linkKey(link)) ? { prefix: '# not found: ' } : undefined;
  });
  return { staying: leftOut.length > 0 ? refused : refused.filter(({ retry }) => retry), leftOut };
}

async function faultOfChanging(file: string, change: Parameters<typeof changeLines>[1]): Promise<LeftOut[]> {
  try {
    await changeLines(file, change);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [{ path: file, reason: `can’t be changed (${code})` }];
  }
}
