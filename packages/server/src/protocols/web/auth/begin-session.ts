import type { FastifyReply, FastifyRequest } from 'fastify';
import { agreeToSignOn } from '../../../access/programs/sign-on.ts';
import type { Principal } from '../../../access/scope.ts';
import { resolveSession, startSession } from '../../../access/sessions.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { setSessionCookie, setSignOnCookie, signOnTicket } from '../cookies.ts';
import { identityAnswer } from './answer.ts';

/** Who has shown all that is asked for. */
export interface Proven {
  readonly principal: Extract<Principal, { kind: 'account' }>;
  /** Stay signed in for the days of SEC-02. */
  readonly keep: boolean;
  /** When the password was shown, ms. */
  readonly provenAt: number;
}

/** Starts a browser's session, sets its cookie, and answers who is signed in. */
export async function beginSession(
  ctx: WebContext,
  web: WebServices,
  request: FastifyRequest,
  reply: FastifyReply,
  { principal, keep, provenAt }: Proven,
): Promise<Record<string, unknown>> {
  const client = web.client(request.raw);
  const { token, session } = await startSession(ctx.sessions, principal, {
    kind: 'browser',
    keep,
    label: request.headers['user-agent'] ?? '',
    address: client.address,
    provenAt,
  });
  const signedIn = await resolveSession(ctx.sessions, token, client.address);
  if (!signedIn) throw new MailError('auth.failed');
  const maxAge = keep ? Math.floor((session.expiresAt - session.createdAt) / 1000) : null;
  setSessionCookie(reply, token, client.encrypted, maxAge);
  const ticket = signOnTicket(request.raw, client.encrypted);
  if (ticket !== null) {
    await agreeToSignOn(ctx.signIn, ticket, principal);
    setSignOnCookie(reply, '', client.encrypted, 0);
  }
  return identityAnswer(signedIn);
}
