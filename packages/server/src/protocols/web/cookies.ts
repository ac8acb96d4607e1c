import type { IncomingMessage } from 'node:http';

const name = 'hongyan';
const secureName = '__Host-hongyan';

/** The session token in the request's cookies. Over TLS only the `__Host-` cookie counts: no other site can set it. */
export function sessionToken(request: IncomingMessage, encrypted: boolean): string | null {
  const wanted = encrypted ? secureName : name;
  for (const pair of (request.headers.cookie ?? '').slice(0, 8_192).split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === wanted) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** Set-Cookie for a session; `maxAge` in seconds, null for a cookie that ends with the browser, 0 to remove it. */
export function sessionCookie(token: string, encrypted: boolean, maxAge: number | null): string {
  const parts = [`${encrypted ? secureName : name}=${token}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (encrypted) parts.push('Secure');
  if (maxAge !== null) parts.push(`Max-Age=${maxAge}`);
  return parts.join('; ');
}
