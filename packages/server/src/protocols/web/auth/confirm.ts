import type { RouteHandlerMethod } from 'fastify';
import { confirmIdentity } from '../../../access/second-factor/confirmation.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';
import { showPassword } from './show-password.ts';

/** POST /auth/confirm `{password}` or `{code}`: allows the next sharp act of this session (SEC-10). */
export function confirm(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal, signedIn } = await identifyMember(web, request);
    if (!signedIn) throw new MailError('auth.required');
    const { password, code } = readBody(request.body, { password: 'string?', code: 'string?' });
    const proof =
      code === undefined
        ? { password: () => showPassword(ctx, web, request.raw, principal, password ?? '') }
        : { code };
    const until = await confirmIdentity(ctx.signIn, principal, signedIn.session.id, proof);
    return { until: new Date(until).toISOString() };
  };
}
