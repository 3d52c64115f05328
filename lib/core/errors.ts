/** What an {@link ImmersionError} carries beside its sentence. */
export interface ErrorParts {
  /** Stable name in snake case, part of the contract: people and scripts match on it. */
  code: string;
  /** What the person can do next, one sentence each. */
  suggestions?: string[];
  /** The places in the input that are at fault, for answers of the API. */
  details?: ErrorDetail[];
  /** The same for people elsewhere, who need not know where this computer keeps what. */
  publicMessage?: string;
  /** When trying again can help, in whole seconds from now. */
  retryAfterSeconds?: number;
  /** Further fields of the API's answer, for the few errors whose contract has some (`videos_added`). */
  extra?: Record<string, unknown>;
}

/** One fault in a request (`path`) or one refused thing (`id`). */
export type ErrorDetail =
  | { path: string; message: string }
  /** With `retry` the same may be there later. */
  | { id: string; reason: string; retry?: boolean };

/**
 * An error that a person can act on: one sentence that names the thing and what was tried, a stable code, ways out.
 * Anything else that is thrown is a bug and keeps its stack.
 */
export class ImmersionError extends Error {
  override name = 'ImmersionError';
  readonly code: string;
  readonly suggestions: string[];
  readonly details: ErrorDetail[];
  readonly retryAfterSeconds: number | undefined;
  readonly publicMessage: string | undefined;
  readonly extra: Record<string, unknown>;

  constructor(message: string, parts: ErrorParts) {
    super(message);
    this.code = parts.code;
    this.suggestions = parts.suggestions ?? [];
    this.details = parts.details ?? [];
    this.publicMessage = parts.publicMessage;
    this.retryAfterSeconds = parts.retryAfterSeconds;
    this.extra = parts.extra ?? {};
  }
}

/** The input breaks a rule: malformed, of the wrong type, out of range. */
export class InvalidInputError extends ImmersionError {
  override name = 'InvalidInputError';
}

/** Throws where something is wrong with the body of a request. */
export function refuse(faults: ErrorDetail[]): void {
  if (faults.length === 0) return;
  throw new InvalidInputError('The request body is invalid.', { code: 'invalid_request', details: faults });
}

/** Who asks is not known, or the password is wrong. */
export class UnauthorizedError extends ImmersionError {
  override name = 'UnauthorizedError';
}

/** Who asks is known but may not do this. */
export class ForbiddenError extends ImmersionError {
  override name = 'ForbiddenError';
}

/** The named thing does not exist. */
export class NotFoundError extends ImmersionError {
  override name = 'NotFoundError';
}

/** Another writer won, or the thing is in a state in which this makes no sense. */
export class ConflictError extends ImmersionError {
  override name = 'ConflictError';
}

/** The request is well formed but some of its things cannot be done; the rest was done. */
export class UnprocessableError extends ImmersionError {
  override name = 'UnprocessableError';
}

/** Too many requests in too short a time. */
export class TooManyRequestsError extends ImmersionError {
  override name = 'TooManyRequestsError';
}

/** A provider (TVDB, TMDB, YouTube, Spotify, Trakt) failed or answered nonsense. Never wraps the HTTP error: that carries keys. */
export class ProviderError extends ImmersionError {
  override name = 'ProviderError';
}

/** A setting that this needs is missing; the message names it. */
export class NotConfiguredError extends ImmersionError {
  override name = 'NotConfiguredError';
}

/** The store cannot answer now, or its file is damaged or of a newer version. */
export class StoreError extends ImmersionError {
  override name = 'StoreError';
}
