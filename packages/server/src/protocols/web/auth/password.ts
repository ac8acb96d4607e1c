import type { RouteHandlerMethod } from 'fastify';
import { setPassword } from '../../../access/passwords.ts';
import { ownScope } from '../../../access/scope.ts';
import { endOtherSessions } from '../../../access/sessions.ts';
import type { WebContext, WebServices } from '../context.ts';
import { isPrivate } from '../identify.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';

/** POST /auth/password `{current, next}`: asks for the old password again; every other session ends (SEC-08). */
export function changePassword(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal, signedIn } = await identifyMember(web, request);
    const { current, next } = readBody(request.body, { current: 'string', next: 'string' });
    const client = web.client(request.raw);
    await ctx.authenticator.password(principal.login, current, {
      service: 'web',
      address: client.address,
      encrypted: isPrivate(ctx, client),
      confirming: true,
    });
    const scope = ownScope(principal);
    await setPassword(ctx.passwords, scope, principal.accountId, next);
    await endOtherSessions(ctx.sessions, scope, signedIn?.session.id ?? '');
    return reply.code(204).send();
  };
}
