import type { RouteHandlerMethod } from 'fastify';
import { MailError } from '../../../platform/errors.ts';
import type { WebServices } from '../context.ts';
import { identityAnswer } from './answer.ts';

/** GET /auth/session: who is signed in; 401 for nobody. */
export function showSession(web: WebServices): RouteHandlerMethod {
  return async request => {
    const { signedIn } = await web.identify(request.raw);
    if (!signedIn) throw new MailError('auth.required');
    return identityAnswer(signedIn);
  };
}
