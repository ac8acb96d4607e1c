import type { RouteHandlerMethod } from 'fastify';
import { resolveSession, startSession } from '../../../access/sessions.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { setSessionCookie } from '../cookies.ts';
import { isPrivate } from '../identify.ts';
import { requireSameOrigin } from '../same-origin.ts';
import { identityAnswer } from './answer.ts';
import { readBody } from './body.ts';

/**
 * POST /auth/sign-in `{login, password, keep?}`: starts a session and sets its cookie; `keep` for the days of SEC-02,
 * otherwise until the browser closes. Administrators use the same form (SEC-04): the answer says who is one.
 */
export function signIn(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const client = web.client(request.raw);
    requireSameOrigin(request.raw, client);
    const { login, password, keep } = readBody(request.body, {
      login: 'string',
      password: 'string',
      keep: 'boolean?',
    });
    const provenAt = ctx.clock.now();
    const principal = await ctx.authenticator.password(login, password, {
      service: 'web',
      address: client.address,
      encrypted: isPrivate(ctx, client),
    });
    const { token, session } = await startSession(ctx.sessions, principal, {
      kind: 'browser',
      keep: keep ?? false,
      label: request.headers['user-agent'] ?? '',
      address: client.address,
      provenAt,
    });
    const signedIn = await resolveSession(ctx.sessions, token, client.address);
    if (!signedIn) throw new MailError('auth.failed');
    const maxAge = keep ? Math.floor((session.expiresAt - session.createdAt) / 1000) : null;
    setSessionCookie(reply, token, client.encrypted, maxAge);
    return identityAnswer(signedIn);
  };
}
