import { ImmersionError } from '../errors.ts';

/** Help and docs list these. */
export const EXIT_CODES = {
  done: [0, 'Done, even if there was nothing to do or prompts were skipped'],
  failed: [1, 'Failed'],
  usage: [2, 'Wrong usage, or you answered “no”'],
  login: [4, 'Login needed or refused'],
  partly: [5, 'Partly done: something was skipped and reported'],
  unreachable: [6, 'The API can’t be reached'],
  interrupted: [130, 'Stopped with Ctrl-C'],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitName = keyof typeof EXIT_CODES;

/** Maps error codes to exit statuses; all others are `failed`. */
const BY_ERROR_CODE: Record<string, ExitName> = {
  api_unreachable: 'unreachable',
  credentials_missing: 'login',
  unauthorized: 'login',
  forbidden: 'login',
  trakt_not_connected: 'login',
  trakt_reconnect_required: 'login',
  trakt_device_denied: 'login',
  trakt_device_expired: 'login',
  day_too_long: 'usage',
  declined: 'usage',
  input_needed: 'usage',
  invalid_setting: 'usage',
  invalid_argument: 'usage',
  invalid_request: 'usage',
  insecure_url: 'usage',
  viewing_ambiguous: 'usage',
};

export function exitStatusOf(error: unknown): number {
  if (isInterruption(error)) return EXIT_CODES.interrupted[0];
  if (error instanceof ImmersionError) return EXIT_CODES[BY_ERROR_CODE[error.code] ?? 'failed'][0];
  return EXIT_CODES.failed[0];
}

/** Whether the user pressed Ctrl-C at a prompt. */
export const isInterruption = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
