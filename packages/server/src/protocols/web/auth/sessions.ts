import type { RouteHandlerMethod } from 'fastify';
import { ownScope } from '../../../access/scope.ts';
import { endSession, listSessions } from '../../../access/sessions.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { sessionAnswer } from './answer.ts';
import { identifyMember } from './identify-member.ts';

/** GET /auth/sessions: the devices and tokens that are signed in. */
export function listDevices(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal, signedIn } = await identifyMember(web, request);
    const sessions = await listSessions(ctx.sessions, ownScope(principal));
    return { sessions: sessions.map(item => sessionAnswer(item, signedIn?.session.id ?? null)) };
  };
}

/** DELETE /auth/sessions/:id: ends one of them at once. */
export function revokeDevice(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { id } = request.params as { readonly id: string };
    if (!(await endSession(ctx.sessions, ownScope(principal), id))) {
      throw new MailError('session.not_found');
    }
    return reply.code(204).send();
  };
}
