import type { RouteHandlerMethod } from 'fastify';
import { trustDevice } from '../../../access/second-factor/devices.ts';
import { passSecondStep } from '../../../access/second-factor/second-step.ts';
import { readTicket } from '../../../access/second-factor/ticket.ts';
import type { WebContext, WebServices } from '../context.ts';
import { setDeviceCookie } from '../cookies.ts';
import { isPrivate } from '../identify.ts';
import { requireSameOrigin } from '../same-origin.ts';
import { beginSession } from './begin-session.ts';
import { readBody } from './body.ts';

/** POST /auth/sign-in/second-factor `{ticket, code, remember?}`: the second step of a sign-in. */
export function signInSecondStep(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const client = web.client(request.raw);
    requireSameOrigin(request.raw, client);
    const { ticket, code, remember } = readBody(request.body, {
      ticket: 'string',
      code: 'string',
      remember: 'boolean?',
    });
    const proven = readTicket(ctx.signIn, ticket);
    const label = request.headers['user-agent'] ?? '';
    const { address } = client;
    await passSecondStep(ctx.signIn, proven.principal, code, {
      service: 'web',
      address,
      encrypted: isPrivate(ctx, client),
      agent: label,
    });
    const answer = await beginSession(ctx, web, request, reply, proven);
    if (remember === true) {
      const { token, expiresAt } = await trustDevice(ctx.signIn, proven.principal, { label, address });
      const maxAge = Math.floor((expiresAt - ctx.clock.now()) / 1000);
      setDeviceCookie(reply, token, client.encrypted, maxAge);
    }
    return answer;
  };
}
