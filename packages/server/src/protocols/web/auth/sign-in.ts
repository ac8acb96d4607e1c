import type { RouteHandlerMethod } from 'fastify';
import type { WebContext, WebServices } from '../context.ts';
import { isPrivate } from '../identify.ts';
import { sendProblem } from '../problem.ts';
import { requireSameOrigin } from '../same-origin.ts';
import { afterPassword } from './admission/after-password.ts';
import { readBody } from './body.ts';

/**
 * POST /auth/sign-in `{login, password, keep?}`: starts a session and sets its cookie; `keep` for the days of SEC-02,
 * otherwise until the browser closes. Administrators use the same form (SEC-04): the answer says who is one. With a second
 * factor the answer is 401 with a ticket for the second step, unless this browser is remembered; where one is demanded and the days of grace are over, with a ticket
 * for setting one up. A mobile number does for an address; who has the same password in
 * several companies is told which, and goes on with one of the addresses (TEN-37).
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
    const attempt = {
      service: 'web',
      address: client.address,
      encrypted: isPrivate(ctx, client),
      agent: request.headers['user-agent'] ?? '',
    } as const;
    let address = login;
    if (!login.includes('@') && ctx.authenticator.companies) {
      const companies = await ctx.authenticator.companies(login, password, attempt);
      const [first, ...others] = companies;
      if (others.length > 0) return sendProblem(reply, 401, 'auth.choose_company', { companies });
      address = first?.address ?? login;
    }
    const principal = await ctx.authenticator.password(address, password, attempt);
    return afterPassword(ctx, web, request, reply, { principal, keep: keep ?? false, provenAt }, attempt);
  };
}
