import { sign } from 'node:crypto';
import type { VapidKey } from '../../../access/push/vapid-key.ts';

/** How long a token is good, s; RFC 8292 §2 allows 24 hours. */
const lifeSeconds = 12 * 3_600;

/** The `Authorization` of a request to a push service (RFC 8292 §3). `now` in ms; `contact` is a `mailto:` or `https:` URI. */
export function vapidAuthorization(key: VapidKey, url: URL, contact: string, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: url.origin, exp: Math.floor(now / 1000) + lifeSeconds, sub: contact };
  const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `vapid t=${signed}.${signature.toString('base64url')}, k=${key.publicKey}`;
}
