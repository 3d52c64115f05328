/** Who is logged in in this tab; no one in particular where the server asks no one. */
export interface Session {
  user: string | null;
  authorization: string | null;
}

/** What a person can do something about; `refused` is about the login. */
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
  /** The run that the change belongs to, by which it can be undone. */
  run?: { id: string; kind: string };
}

/** A way to the API for one session. */
export type Call = <Answer>(path: string, options?: CallOptions) => Promise<Answer>;

interface ErrorBody {
  message?: string;
  details?: { path?: string; message: string }[];
}

const UNREACHABLE = 'Can’t reach the server. Check that it’s running and that you’re online.';
const TIMEOUT_MILLISECONDS = 60_000;

/** Paths are relative to the page, which may live below another path. */
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
      // Browsers would open a login window of their own at a 401.
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
  const sentence = [message ?? `The server answered with status ${status}.`, ...details.map(sayDetail)].join(' ');
  if (status === 401 || status === 403) return new ApiError('refused', sentence);
  if (status === 404 || status === 405) return new ApiError('missing', sentence);
  // What a proxy says while the server behind it is down.
  if (message === undefined && [502, 503, 504].includes(status)) return new ApiError('unreachable', UNREACHABLE);
  return new ApiError('failed', sentence);
}

const sayDetail = ({ path = '', message }: { path?: string; message: string }): string => `${path} ${message}.`.trim();

/** A picture of the API's own, which needs the login; the URL is to be revoked. */
export async function fetchPicture({ authorization }: Session, path: string): Promise<string | null> {
  const response = await fetch(path.replace(/^\//, ''), {
    headers: authorization === null ? {} : { Authorization: authorization },
    credentials: 'omit',
  }).catch(() => null);
  return response?.ok ? URL.createObjectURL(await response.blob()) : null;
}

/** A new run of changes. */
export function newRun(kind: string): { id: string; kind: string } {
  // `randomUUID` is missing where a page comes without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return { id: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''), kind };
}
