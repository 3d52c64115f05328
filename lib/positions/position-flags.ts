import { Args, Flags } from '@oclif/core';

/** Whose position it is, as the commands about positions take it. */
export const usernameFlag = Flags.string({ description: 'Somebody else; for admins' });

/** The show, as the commands about one position take it. */
export const showArgument = Args.string({ description: 'Title of the show', required: true });
