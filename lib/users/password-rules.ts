const MINIMUM_CHARACTERS = 8;

/** Why a password is rejected; weak ones may be allowed. */
export function passwordFault(
  password: string,
  { user, force }: { user: string; force: boolean },
): { what: string; isWeak: boolean } | undefined {
  if (password === '') return { what: 'is empty', isWeak: false };
  if (/\p{Cc}/u.test(password)) return { what: 'has a control character', isWeak: false };
  if (force) return undefined;
  if (password.toLowerCase() === user.toLowerCase()) return { what: 'is the name of the user', isWeak: true };
  return password.length < MINIMUM_CHARACTERS
    ? { what: `has fewer than ${MINIMUM_CHARACTERS} characters`, isWeak: true }
    : undefined;
}
