import type { RouteHandlerMethod } from 'fastify';
import { signOnMs, useSignOn } from '../../../access/programs/sign-on.ts';
import { isMailError, MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { setSignOnCookie } from '../cookies.ts';
import { isPrivate } from '../identify.ts';
import { beginSession } from './begin-session.ts';

/**
 * GET /auth/sign-on?ticket=…: a member whom a program of the company brings (`get_login_url` of the compatible API). The
 * webmail opens signed in, or with its sign-in page: when the member has not agreed to the program yet, which the next
 * sign-in does, and for tickets that are wrong, over or used.
 */
export function signOn(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const client = web.client(request.raw);
    if (!isPrivate(ctx, client)) throw new MailError('auth.encryption_required');
    const { ticket = '' } = request.query as Readonly<Record<string, unknown>>;
    const text = typeof ticket === 'string' ? ticket : '';
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    try {
      const answer = await useSignOn(ctx.signIn, text);
      if (answer.kind === 'password') setSignOnCookie(reply, text, client.encrypted, signOnMs / 1_000);
      else {
        const { tenantId, accountId } = answer;
        const principal = { kind: 'account', tenantId, accountId, login: '' } as const;
        const proven = { principal, keep: false, provenAt: ctx.clock.now() };
        const { login } = await beginSession(ctx, web, request, reply, proven);
        ctx.signIn.signIns.record({
          at: ctx.clock.now(),
          tenantId,
          accountId,
          login: String(login),
          service: 'web',
          mechanism: 'bearer',
          address: client.address,
          encrypted: true,
          outcome: 'success',
          agent: request.headers['user-agent'] ?? '',
        });
      }
    } catch (error) {
      if (!isMailError(error, 'auth.failed')) throw error;
    }
    return reply.redirect('/', 303);
  };
}
