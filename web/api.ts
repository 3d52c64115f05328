/** The login of this tab; without a user name if the server needs no login. */
export interface Session {
  user: string | null;
  authorization: string | null;
}

/** An error that the user can act on; `refused` is about the login. */
export class ApiError extends Error {
  readonly kind: 'refused' | 'unreachable' | 'missing' | 'failed';

  constructor(kind: ApiError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface CallOptions {
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The run of the change, for undo. */
  run?: { id: string; kind: string };
}

/** Calls the API with a session's login. */
export type Call = <Answer>(path: string, options?: CallOptions) => Promise<Answer>;

interface ErrorBody {
  message?: string;
  details?: { path?: string; message: string }[];
}

const UNREACHABLE = 'Can’t reach the server. Check that it’s running and that you’re online.';
const TIMEOUT_MILLISECONDS = 60_000;

/** Paths are relative to the page, which may be served under a sub-path. */
export const createCall =
  ({ authorization }: Pick<Session, 'authorization'>): Call =>
  async <Answer>(path: string, { method, body, run }: CallOptions = {}) => {
    const response = await fetch(path, {
      method: method ?? 'GET',
      headers: {
        ...(authorization === null ? {} : { Authorization: authorization }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(run ? { 'Immersion-Batch': `${run.id}; kind=${run.kind}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Otherwise browsers open their own login dialog on a 401.
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    }).catch(() => {
      throw new ApiError('unreachable', UNREACHABLE);
    });
    const answer = (await response.json().catch(() => ({}))) as unknown;
    if (response.ok) return answer as Answer;
    throw failureOf(response.status, answer as ErrorBody);
  };

function failureOf(status: number, { message, details = [] }: ErrorBody): ApiError {
  const sentence = [message ?? `The server returned status ${status}.`, ...details.map(sayDetail)].join(' ');
  if (status === 401 || status === 403) return new ApiError('refused', sentence);
  if (status === 404 || status === 405) return new ApiError('missing', sentence);
  // A proxy's response while the server is down.
  if (message === undefined && [502, 503, 504].includes(status)) return new ApiError('unreachable', UNREACHABLE);
  return new ApiError('failed', sentence);
}

const sayDetail = ({ path = '', message }: { path?: string; message: string }): string => `${path} ${message}.`.trim();

/** Fetches an image that needs the login; the caller revokes the URL. */
export async function fetchPicture({ authorization }: Session, path: string): Promise<string | null> {
  const response = await fetch(path.replace(/^\//, ''), {
    headers: authorization === null ? {} : { Authorization: authorization },
    credentials: 'omit',
  }).catch(() => null);
  return response?.ok ? URL.createObjectURL(await response.blob()) : null;
}

export function newRun(kind: string): { id: string; kind: string } {
  // `randomUUID` is missing on pages without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return { id: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''), kind };
}
