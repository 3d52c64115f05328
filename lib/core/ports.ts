/** Seconds and instants come from here, so that rules and tests need no real time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A person who may use the API. The password is plain (contract) or a scrypt PHC string. */
export interface SecretUser {
  user: string;
  password: string;
  admin?: boolean | undefined;
}

/** Keys of the providers. Undefined is unset. */
export interface ProviderKeys {
  tvdbApiKey?: string | undefined;
  tvdbPin?: string | undefined;
  youtubeApiKey?: string | undefined;
  spotifyClientId?: string | undefined;
  spotifyClientSecret?: string | undefined;
  tmdbApiKey?: string | undefined;
  traktClientId?: string | undefined;
  traktClientSecret?: string | undefined;
}

/** The contract's secret and what we keep beside it. Blank values count as missing. */
export interface Secret extends ProviderKeys {
  users: SecretUser[];
  /** 32 bytes, base64: encrypts Trakt tokens. */
  tokenKey?: string | undefined;
}

/** Where the secret comes from: environment, file or Secrets Manager, cached a few minutes. */
export interface SecretSource {
  read(): Promise<Secret>;
}

/** What a log line may carry. Never bodies, credentials or keys. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Where the service logs for its operator. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` is for faults of ours: its stack is logged, and only here. */
  error(message: string, fields?: LogFields, error?: unknown): void;
}

/** Whose fault an error is. */
export type ErrorType = 'client' | 'server' | 'provider';

/** What is known of a request that was answered. */
export interface ObservedRequest {
  /** The pattern of its route, never its path. */
  endpoint: string;
  method: string;
  status: number;
  milliseconds: number;
  /** Undefined for a success. */
  errorType?: ErrorType | undefined;
}

/** Where the service counts its requests. */
export interface RequestMetrics {
  record(request: ObservedRequest): void;
}
