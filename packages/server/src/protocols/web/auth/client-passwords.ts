import type { RouteHandlerMethod } from 'fastify';
import {
  type ClientPassword,
  createClientPassword,
  listClientPasswords,
  revokeClientPassword,
} from '../../../access/clients/client-passwords.ts';
import { ownScope } from '../../../access/scope.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';
import { showPassword } from './show-password.ts';

function answer(item: ClientPassword): Record<string, unknown> {
  return {
    id: String(item.id),
    name: item.name,
    createdAt: new Date(item.createdAt).toISOString(),
    lastUsedAt: item.lastUsedAt === null ? null : new Date(item.lastUsedAt).toISOString(),
    lastService: item.lastService,
    lastAddress: item.lastAddress,
    state: item.state,
  };
}

/** GET /auth/client-passwords: with their last use (CLI-04, CLI-12). */
export function listPasswords(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    const list = await listClientPasswords(ctx.signIn, ownScope(principal));
    return { list: list.map(answer), most: ctx.signIn.clientPasswords.most };
  };
}

/** POST /auth/client-passwords `{name, password}`: the secret is in this answer and nowhere else. */
export function createPassword(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { name, password } = readBody(request.body, { name: 'string', password: 'string' });
    await showPassword(ctx, web, request.raw, principal, password);
    const made = await createClientPassword(ctx.signIn, ownScope(principal), name);
    return reply.code(201).send({ secret: made.secret, clientPassword: answer(made.clientPassword) });
  };
}

/** DELETE /auth/client-passwords/:id: takes one back; the others go on. */
export function revokePassword(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { id } = request.params as { readonly id: string };
    const number = /^[1-9][0-9]{0,14}$/.test(id) ? Number(id) : 0;
    if (number === 0 || !(await revokeClientPassword(ctx.signIn, ownScope(principal), number))) {
      throw new MailError('session.not_found');
    }
    return reply.code(204).send();
  };
}
