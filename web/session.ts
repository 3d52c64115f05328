import { ApiError, createCall, type Session } from './api.ts';

const KEY = 'immersion-session';

/** The login in the tab's session storage. */
export function storedSession(): Session | undefined {
  const stored = sessionStorage.getItem(KEY);
  return stored === null ? undefined : (JSON.parse(stored) as Session);
}

export function storeSession(session: Session | undefined): void {
  if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
  else sessionStorage.removeItem(KEY);
}

/** Takes the secret that `immersion dashboard` put into the address, and removes it there. */
export function takeSecret(): string | undefined {
  const secret = /^#login=([\w-]+)$/.exec(location.hash)?.[1];
  if (secret !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return secret;
}

/** The initial session: by a secret, by this tab's earlier login, or without one if none is needed. */
export async function firstSession(secret: string | undefined): Promise<Session | undefined> {
  if (secret !== undefined) {
    return createCall({ authorization: `Bearer ${secret}` })<Session>('page/login', { method: 'POST' });
  }
  const stored = storedSession();
  if (stored) return stored;
  const { login_needed: isNeeded } = await createCall({ authorization: null })<{ login_needed: boolean }>('page/login');
  return isNeeded ? undefined : { user: null, authorization: null };
}

/** Throws an error with a message to show. */
export async function logIn(user: string, password: string): Promise<Session> {
  const session = { user, authorization: basic(user, password) };
  try {
    await createCall(session)('settings');
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'refused') {
      throw new ApiError('refused', 'Wrong user name or password.');
    }
    throw error;
  }
}

/** `btoa` takes bytes, not characters. */
function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
