import type { RouteHandlerMethod } from 'fastify';
import { ownScope } from '../../../access/scope.ts';
import { endSession } from '../../../access/sessions.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { clearSessionCookie } from '../cookies.ts';

/** POST /auth/sign-out: ends the session and removes the cookie. Harmless when nobody is signed in. */
export function signOut(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    try {
      const { principal, signedIn } = await web.identify(request.raw);
      if (signedIn) await endSession(ctx.sessions, ownScope(principal), signedIn.session.id);
    } catch (error) {
      if (!isMailError(error, 'auth.required')) throw error;
    }
    clearSessionCookie(reply, web.client(request.raw).encrypted);
    return reply.code(204).send();
  };
}
