export interface ErrorParts {
  /** Stable, in snake case, part of the contract. */
  code: string;
  /** What the user can do next, one sentence each. */
  suggestions?: string[];
  /** Faults in the input, for API responses. */
  details?: ErrorDetail[];
  /** A message without local paths, for remote users. */
  publicMessage?: string;
  /** When a retry can help, in whole seconds. */
  retryAfterSeconds?: number;
  /** Extra response fields of a few errors (`videos_added`). */
  extra?: Record<string, unknown>;
}

/** An invalid field (`path`) or a rejected item (`id`). */
export type ErrorDetail =
  | { path: string; message: string }
  /** `retry`: it may exist later. */
  | { id: string; reason: string; retry?: boolean };

/**
 * An error that a user can act on: one sentence, a stable code, suggestions. Anything else thrown is a bug and keeps
 * its stack.
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

/** Malformed, of the wrong type, or out of range. */
export class InvalidInputError extends ImmersionError {
  override name = 'InvalidInputError';
}

/** Throws if there are faults in a request body. */
export function refuse(faults: ErrorDetail[]): void {
  if (faults.length === 0) return;
  throw new InvalidInputError('The request body is invalid.', { code: 'invalid_request', details: faults });
}

/** Credentials are missing or wrong. */
export class UnauthorizedError extends ImmersionError {
  override name = 'UnauthorizedError';
}

/** The user isn't allowed to do this. */
export class ForbiddenError extends ImmersionError {
  override name = 'ForbiddenError';
}

export class NotFoundError extends ImmersionError {
  override name = 'NotFoundError';
}

/** Another writer was faster, or the current state doesn't allow it. */
export class ConflictError extends ImmersionError {
  override name = 'ConflictError';
}

/** A valid request of which some items failed; the rest was done. */
export class UnprocessableError extends ImmersionError {
  override name = 'UnprocessableError';
}

export class TooManyRequestsError extends ImmersionError {
  override name = 'TooManyRequestsError';
}

/** A provider failed or returned nonsense. Never wraps the HTTP error, which contains keys. */
export class ProviderError extends ImmersionError {
  override name = 'ProviderError';
}

/** A required setting is missing; the message names it. */
export class NotConfiguredError extends ImmersionError {
  override name = 'NotConfiguredError';
}

/** The store is unavailable, damaged, or of a newer version. */
export class StoreError extends ImmersionError {
  override name = 'StoreError';
}
