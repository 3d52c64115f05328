import type * as z from 'zod';

/** One route of the API: what it takes and answers. Types, validation and the OpenAPI description all come from here. */
export interface Endpoint<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path pattern, with `:name` for parameters. */
  path: string;
  summary: string;
  /** Of the first clients, which may send more than it knows; all others are told of what it does not know. */
  contract?: true;
  /** What it records belongs to a run, which the header `Immersion-Batch` names; of the answer what says how much that is. */
  run?: string;
  /** Answers without credentials where the app itself decides. */
  open?: boolean;
  params?: z.ZodType;
  query?: Query;
  body?: Body;
  /** The status of success, 200 unless given. */
  status?: number;
  answer: Answer;
  /** What the answer is, where not JSON. */
  contentType?: string;
  /** Statuses of the errors that this route has beside 401, 413, 415, 500 and 503. */
  errors?: readonly number[];
}

/** Keeps the types of the schemas that it is given. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

/** What the validated body of an endpoint is. */
export type BodyOf<E extends Endpoint> = E extends { body: infer S extends z.ZodType } ? z.output<S> : undefined;
/** What the validated query of an endpoint is. */
export type QueryOf<E extends Endpoint> = E extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
/** What the validated path parameters of an endpoint are. */
export type ParamsOf<E extends Endpoint> = E extends { params: infer S extends z.ZodType } ? z.output<S> : undefined;
/** The body of a successful answer. */
export type AnswerOf<E extends Endpoint> = z.output<E['answer']>;
