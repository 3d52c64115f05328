import { Args, Flags } from '@oclif/core';

export const userArgument = Args.string({ description: 'Name of the user', required: true });

export const secretFileFlag = Flags.string({
  description: 'Secret file (default: IMMERSION_SECRET_FILE, or the one created by immersion serve)',
});

/** How a new password is entered and stored. */
export const passwordFlags = {
  'password-stdin': Flags.boolean({ description: 'Read the password from standard input instead of asking' }),
  force: Flags.boolean({ description: 'Accept a weak password (under 8 characters, or the user name)' }),
  plain: Flags.boolean({ description: 'Store the password in plain text, for other programs that read the file' }),
};
