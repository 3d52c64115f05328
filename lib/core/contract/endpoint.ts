import type * as z from 'zod';

/** An API route. Types, validation and the OpenAPI description derive from it. */
export interface Endpoint<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters. */
  path: string;
  summary: string;
  /** Part of the original contract: unknown fields are ignored instead of rejected. */
  contract?: true;
  /**
   * Writes that belong to a run (header `Immersion-Batch`): the response field that counts what was recorded, or `true`
   * if it always records.
   */
  run?: string | true;
  /** No credentials required by the app. */
  open?: boolean;
  params?: z.ZodType;
  query?: Query;
  body?: Body;
  /** Success status; 200 by default. */
  status?: number;
  answer: Answer;
  /** If not JSON. */
  contentType?: string;
  /** Error statuses besides 401, 413, 415, 500 and 503. */
  errors?: readonly number[];
}

/** An endpoint whose schemas are loaded when a response must be checked, since that takes time. */
export interface LateEndpoint<E extends Endpoint = Endpoint> {
  method: E['method'];
  path: E['path'];
  load: () => Promise<E>;
}

/** Preserves the types of the schemas. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

export type BodyOf<E extends Endpoint> = E extends { body: infer S extends z.ZodType } ? z.output<S> : undefined;
export type QueryOf<E extends Endpoint> = E extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
export type ParamsOf<E extends Endpoint> = E extends { params: infer S extends z.ZodType } ? z.output<S> : undefined;
export type AnswerOf<E extends Endpoint> = z.output<E['answer']>;
