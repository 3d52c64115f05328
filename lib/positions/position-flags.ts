import { Args, Flags } from '@oclif/core';

/** A user other than the current one. */
export const usernameFlag = Flags.string({ description: 'Another user (admins only)' });

export const showArgument = Args.string({ description: 'Title of the show', required: true });
