import * as z from 'zod';
import { NAMES_IN_SECRET, nameInSecret, providerKeys } from './providers-rules.ts';

const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text?.trim() ? text : undefined));

const keyFields = Object.fromEntries(NAMES_IN_SECRET.map((name) => [name, optionalText])) as Record<
  (typeof NAMES_IN_SECRET)[number],
  typeof optionalText
>;

/** The contract's secret, in a file or Secrets Manager. Blank values count as missing. */
export const secretSchema = z
  .looseObject({
    users: z
      .array(z.looseObject({ user: z.string().min(1), password: z.string().min(1), admin: z.boolean().optional() }))
      .default([]),
    ...keyFields,
    token_key: optionalText,
  })
  .transform((secret) => ({
    users: secret.users.map(({ user, password, admin }) => ({ user, password, admin })),
    ...providerKeys((setting) => secret[nameInSecret(setting)]),
    tokenKey: secret.token_key,
  }));
