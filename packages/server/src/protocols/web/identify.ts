import { credentialHolds } from '../../access/credential-holds.ts';
import type { Principal } from '../../access/scope.ts';
import { resolveSession, type SessionContext, type SignedIn, sessionHolds } from '../../access/sessions.ts';
import type { Authenticator } from '../../access/types.ts';
import { MailError } from '../../platform/errors.ts';
import type { Client, RequestHead } from './client.ts';
import { sessionToken } from './cookies.ts';
import type { ProofCache } from './proof-cache.ts';
import { requireOwnPage, requireSameOrigin } from './same-origin.ts';

/** Who sends a request, and how they proved it. */
export interface Identity {
  readonly principal: Extract<Principal, { kind: 'account' }>;
  readonly via: 'cookie' | 'bearer' | 'basic';
  /** The session of a cookie or a bearer token; null with HTTP Basic. */
  readonly signedIn: SignedIn | null;
}

export interface IdentifyContext {
  readonly authenticator: Authenticator;
  readonly sessions: SessionContext;
  readonly proofs: ProofCache;
  /** Whether passwords may come over a connection without TLS from this machine. */
  readonly allowPlainLoopback: boolean;
}

/** Whether the connection may carry a password or a token. */
export function isPrivate(ctx: Pick<IdentifyContext, 'allowPlainLoopback'>, client: Client): boolean {
  return client.encrypted || (client.loopback && ctx.allowPlainLoopback);
}

/**
 * Who sends the request: by `Authorization` (Bearer, RFC 6750; Basic, RFC 7617) or by the session cookie. With the
 * cookie, changes must come from our own pages, and WebSockets from our own origin. Throws `auth.required`,
 * `auth.failed`, `auth.too_many_attempts`, `auth.encryption_required`, `account.disabled`, `access.denied`.
 */
export async function identify(
  ctx: IdentifyContext,
  request: RequestHead,
  client: Client,
): Promise<Identity> {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    if (!isPrivate(ctx, client)) throw new MailError('auth.encryption_required');
    const [scheme = '', value = ''] = authorization.split(/ +/, 2);
    if (scheme.toLowerCase() === 'bearer') return byBearer(ctx, value, client);
    if (scheme.toLowerCase() === 'basic') return byBasic(ctx, value, client);
    throw new MailError('auth.failed');
  }
  const token = sessionToken(request, client.encrypted);
  if (token === null) throw new MailError('auth.required');
  const signedIn = await resolveSession(ctx.sessions, token, client.address);
  if (signedIn?.session.kind !== 'browser') throw new MailError('auth.required');
  const safe = request.method === 'GET' || request.method === 'HEAD';
  if (!safe) requireOwnPage(request, client);
  else if (request.headers.upgrade !== undefined) requireSameOrigin(request, client);
  return { principal: signedIn.principal, via: 'cookie', signedIn };
}

async function byBearer(ctx: IdentifyContext, token: string, client: Client): Promise<Identity> {
  const signedIn = await resolveSession(ctx.sessions, token, client.address);
  if (signedIn?.session.kind !== 'token') throw new MailError('auth.failed');
  return { principal: signedIn.principal, via: 'bearer', signedIn };
}

/**
 * HTTP Basic sends the password with every request. Once it was right, the same header from the same address is good for
 * a while as long as the password is in force: otherwise every request would be a sign-in of its own in the log.
 */
async function byBasic(ctx: IdentifyContext, value: string, client: Client): Promise<Identity> {
  if (value.length > 4_096) throw new MailError('auth.failed');
  const known = ctx.proofs.find(value, client.address);
  if (known && (await credentialHolds(ctx.sessions.database, known, 'api'))) {
    return { principal: known, via: 'basic', signedIn: null };
  }
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw new MailError('auth.failed');
  const principal = await ctx.authenticator.password(text.slice(0, colon), text.slice(colon + 1), {
    service: 'api',
    address: client.address,
    encrypted: true,
  });
  if (principal.credential) ctx.proofs.add(value, client.address, principal);
  return { principal, via: 'basic', signedIn: null };
}

/** Whether what a request came with still lets its sender in: the session goes on, the password is in force. */
export async function identityHolds(
  ctx: Pick<IdentifyContext, 'sessions'>,
  { principal, signedIn }: Identity,
): Promise<boolean> {
  if (signedIn) return sessionHolds(ctx.sessions, principal, signedIn.session.id);
  return credentialHolds(ctx.sessions.database, principal, 'api');
}
