import type { FastifyReply } from 'fastify';
import type { RequestHead } from './client.ts';

const name = 'hongyan';
const secureName = '__Host-hongyan';
const deviceName = 'hongyan-device';
const secureDeviceName = '__Host-hongyan-device';
const signOnName = 'hongyan-sign-on';
const secureSignOnName = '__Host-hongyan-sign-on';
const maxHeaderLength = 8_192;

/** The session token in the request's cookies. Over TLS only the `__Host-` cookie counts: no other site can set it. */
export function sessionToken(request: RequestHead, encrypted: boolean): string | null {
  return cookieNamed(request, encrypted ? secureName : name);
}

/** The token of a browser that is not asked for the second factor. */
export function deviceToken(request: RequestHead, encrypted: boolean): string | null {
  return cookieNamed(request, encrypted ? secureDeviceName : deviceName);
}

function cookieNamed(request: RequestHead, wanted: string): string | null {
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
  setCookie(reply, `${encrypted ? secureName : name}=${token}`, encrypted, maxAge);
}

/** Makes the browser remember that it need not be asked for the second factor; `maxAge` in seconds. */
export function setDeviceCookie(
  reply: FastifyReply,
  token: string,
  encrypted: boolean,
  maxAge: number,
): void {
  setCookie(reply, `${encrypted ? secureDeviceName : deviceName}=${token}`, encrypted, maxAge);
}

/** The ticket of a program that brought somebody who shows the password first. */
export function signOnTicket(request: RequestHead, encrypted: boolean): string | null {
  return cookieNamed(request, encrypted ? secureSignOnName : signOnName);
}

/** Keeps such a ticket for the sign-in that follows; `maxAge` in seconds, 0 forgets it. */
export function setSignOnCookie(
  reply: FastifyReply,
  ticket: string,
  encrypted: boolean,
  maxAge: number,
): void {
  setCookie(reply, `${encrypted ? secureSignOnName : signOnName}=${ticket}`, encrypted, maxAge);
}

/** Fastify keeps several `set-cookie` headers apart. */
function setCookie(reply: FastifyReply, pair: string, encrypted: boolean, maxAge: number | null): void {
  const parts = [pair, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (encrypted) parts.push('Secure');
  if (maxAge !== null) parts.push(`Max-Age=${maxAge}`);
  reply.header('set-cookie', parts.join('; '));
}

/** Makes the browser forget the session. */
export function clearSessionCookie(reply: FastifyReply, encrypted: boolean): void {
  setSessionCookie(reply, '', encrypted, 0);
}
