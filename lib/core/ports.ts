import type { ProviderKeys } from './providers-rules.ts';

/** Injected, so that rules and tests don't depend on real time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** The password is plain (contract) or a scrypt PHC string. */
export interface SecretUser {
  user: string;
  password: string;
  admin?: boolean | undefined;
}

/** The contract's secret and our additions. Blank values count as missing. */
export interface Secret extends ProviderKeys {
  users: SecretUser[];
  /** 32 bytes in base64; encrypts Trakt tokens. */
  tokenKey?: string | undefined;
}

/** Environment, file or Secrets Manager; cached for a few minutes. */
export interface SecretSource {
  read(): Promise<Secret>;
}

/** Never bodies, credentials or keys. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` is for bugs: only their stack is logged. */
  error(message: string, fields?: LogFields, error?: unknown): void;
}

export type ErrorType = 'client' | 'server' | 'provider';

export interface ObservedRequest {
  /** The route's pattern, not the actual path. */
  endpoint: string;
  method: string;
  status: number;
  milliseconds: number;
  errorType?: ErrorType | undefined;
}

export interface RequestMetrics {
  record(request: ObservedRequest): void;
}
