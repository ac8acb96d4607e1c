import type { RouteHandlerMethod } from 'fastify';
import { startSession } from '../../../access/sessions.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { isPrivate } from '../identify.ts';
import { sessionAnswer } from './answer.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';

/**
 * POST /auth/tokens `{name, password}`: a bearer token for a program, shown this once. Asks for the password: whoever
 * finds an open browser must not be able to leave with a key.
 */
export function createToken(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { name, password } = readBody(request.body, { name: 'string', password: 'string' });
    if (name.trim() === '') throw new MailError('input.invalid', { field: 'name' });
    const client = web.client(request.raw);
    const provenAt = ctx.clock.now();
    const proven = await ctx.authenticator.password(principal.login, password, {
      service: 'web',
      address: client.address,
      encrypted: isPrivate(ctx, client),
      confirming: true,
    });
    const { token, session } = await startSession(ctx.sessions, proven, {
      kind: 'token',
      keep: false,
      label: name.trim(),
      address: client.address,
      provenAt,
    });
    return reply.code(201).send({ token, session: sessionAnswer(session, null) });
  };
}
