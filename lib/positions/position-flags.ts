import { Args, Flags } from '@oclif/core';

/** Whose position it is, as the commands about positions take it. */
export const usernameFlag = Flags.string({ description: 'Another user (admins only)' });

/** The show, as the commands about one position take it. */
export const showArgument = Args.string({ description: 'Title of the show', required: true });
