/**
 * User and password of a Basic header: padding is optional, and everything after the first `:` is the password. UTF-8,
 * or else Latin-1, which browsers' `btoa` produces.
 */
export function parseBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '') ?? [];
  if (!encoded) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString('utf8');
  // Invalid UTF-8 doesn't survive a round trip.
  const decoded = Buffer.from(text, 'utf8').equals(bytes) ? text : bytes.toString('latin1');
  const colon = decoded.indexOf(':');
  return colon < 1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
