import { createHash, createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Public key as RFC 7517 and RFC 7518 §6.2 write it, members in the order of RFC 7638 §3.2. */
export interface PublicJwk {
  readonly crv: 'P-256';
  readonly kty: 'EC';
  readonly x: string;
  readonly y: string;
}

/** A signed request (RFC 7515 §7.2.2, flattened JSON; RFC 8555 §6.2). */
export interface Jws {
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

function base64url(text: string | Buffer): string {
  return Buffer.from(text).toString('base64url');
}

export function publicJwk(key: KeyObject): PublicJwk {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { crv: 'P-256', kty: 'EC', x, y };
}

/** RFC 7638: what a key authorization ends with (RFC 8555 §8.1). */
export function thumbprint(key: KeyObject): string {
  return createHash('sha256')
    .update(JSON.stringify(publicJwk(key)))
    .digest('base64url');
}

/** Signs with ES256 (RFC 7518 §3.4). `payload` null is the empty payload of POST-as-GET (RFC 8555 §6.3). */
export function signJws(key: KeyObject, header: Readonly<Record<string, unknown>>, payload: unknown): Jws {
  const head = base64url(JSON.stringify({ alg: 'ES256', ...header }));
  const body = payload === null ? '' : base64url(JSON.stringify(payload));
  const signature = sign('sha256', Buffer.from(`${head}.${body}`, 'ascii'), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return { protected: head, payload: body, signature: base64url(signature) };
}

/** Binds our account key to an account at the authority's (RFC 8555 §7.3.4): the key, signed with HMAC SHA-256. */
export function externalBinding(key: KeyObject, url: string, keyId: string, secret: Buffer): Jws {
  const head = base64url(JSON.stringify({ alg: 'HS256', kid: keyId, url }));
  const body = base64url(JSON.stringify(publicJwk(key)));
  const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
  return { protected: head, payload: body, signature };
}
