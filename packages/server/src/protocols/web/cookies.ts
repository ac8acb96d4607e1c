import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';

const name = 'hongyan';
const secureName = '__Host-hongyan';
const maxHeaderLength = 8_192;

/** The session token in the request's cookies. Over TLS only the `__Host-` cookie counts: no other site can set it. */
export function sessionToken(request: IncomingMessage, encrypted: boolean): string | null {
  const wanted = encrypted ? secureName : name;
  for (const pair of (request.headers.cookie ?? '').slice(0, maxHeaderLength).split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === wanted) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** Sets the cookie of a session; `maxAge` in seconds, null for a cookie that ends with the browser. */
export function setSessionCookie(
  reply: FastifyReply,
  token: string,
  encrypted: boolean,
  maxAge: number | null,
): void {
  const parts = [`${encrypted ? secureName : name}=${token}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (encrypted) parts.push('Secure');
  if (maxAge !== null) parts.push(`Max-Age=${maxAge}`);
  reply.header('set-cookie', parts.join('; '));
}

/** Makes the browser forget the session. */
export function clearSessionCookie(reply: FastifyReply, encrypted: boolean): void {
  setSessionCookie(reply, '', encrypted, 0);
}
