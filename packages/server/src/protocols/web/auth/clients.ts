import type { RouteHandlerMethod } from 'fastify';
import { type ClientAccess, clientAccess, setClientSwitches } from '../../../access/clients/settings.ts';
import { ownScope, type Principal } from '../../../access/scope.ts';
import type { WebContext, WebServices } from '../context.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

async function answer(
  ctx: WebContext,
  { tenantId, login }: AccountPrincipal,
  access: ClientAccess,
): Promise<Record<string, unknown>> {
  const { steps, failing, ...standing } = access;
  const servers = await ctx.clientServers(tenantId);
  return { access: standing, check: { failing, steps }, servers, login };
}

/** GET /auth/clients: how the member stands with mail clients (CLI-02, CLI-03, CLI-06, CLI-07). */
export function showClients(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    return answer(ctx, principal, await clientAccess(ctx.signIn, ownScope(principal)));
  };
}

/** POST /auth/clients `{enabled?, safeSignIn?}`: the member's switches. */
export function switchClients(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    const { enabled, safeSignIn } = readBody(request.body, { enabled: 'boolean?', safeSignIn: 'boolean?' });
    const access = await setClientSwitches(ctx.signIn, ownScope(principal), {
      ...(enabled !== undefined && { enabled }),
      ...(safeSignIn !== undefined && { safeSignIn }),
    });
    return answer(ctx, principal, access);
  };
}
