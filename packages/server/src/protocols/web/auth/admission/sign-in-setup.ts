import type { FastifyRequest, RouteHandlerMethod } from 'fastify';
import { credentialHolds } from '../../../../access/credential-holds.ts';
import { ownScope } from '../../../../access/scope.ts';
import { confirmTotp, enrolTotp } from '../../../../access/second-factor/second-factor.ts';
import { recordSecondStep } from '../../../../access/second-factor/second-step.ts';
import { readTicket, type Ticket } from '../../../../access/second-factor/ticket.ts';
import { isMailError, MailError } from '../../../../platform/errors.ts';
import type { WebContext, WebServices } from '../../context.ts';
import { isPrivate } from '../../identify.ts';
import { requireSameOrigin } from '../../same-origin.ts';
import { beginSession } from '../begin-session.ts';
import { readBody } from '../body.ts';

/**
 * Who holds a ticket for setting a second factor up. A code may be asked for as long as a new secret waits for one. A
 * ticket of a password that was changed since is void: nobody sets up a factor with it that locks the owner out.
 */
async function holderOf(
  ctx: WebContext,
  web: WebServices,
  request: FastifyRequest,
  ticket: string,
): Promise<Ticket> {
  const client = web.client(request.raw);
  requireSameOrigin(request.raw, client);
  if (!isPrivate(ctx, client)) throw new MailError('auth.encryption_required');
  const proven = readTicket(ctx.signIn, ticket, ctx.signIn.limits.enrolMs);
  if (!(await credentialHolds(ctx.signIn.database, proven.principal, 'web')))
    throw new MailError('auth.failed');
  return proven;
}

/**
 * POST /auth/sign-in/second-factor/totp `{ticket}`: a secret for an authenticator, for somebody who has to set one up before
 * the session begins. Whoever has a second factor already is refused (`conflict.state`).
 */
export function signInEnrol(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { ticket } = readBody(request.body, { ticket: 'string' });
    const { principal } = await holderOf(ctx, web, request, ticket);
    return reply.code(201).send({ ...(await enrolTotp(ctx.signIn, ownScope(principal))) });
  };
}

/** POST /auth/sign-in/second-factor/totp/confirm `{ticket, code}`: turns it on and begins the session. */
export function signInTurnOn(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { ticket, code } = readBody(request.body, { ticket: 'string', code: 'string' });
    const proven = await holderOf(ctx, web, request, ticket);
    const client = web.client(request.raw);
    const attempt = {
      service: 'web',
      address: client.address,
      encrypted: isPrivate(ctx, client),
      agent: request.headers['user-agent'] ?? '',
    } as const;
    let recoveryCodes: string[];
    try {
      recoveryCodes = await confirmTotp(ctx.signIn, ownScope(proven.principal), code);
    } catch (error) {
      if (isMailError(error, 'auth.second_factor_wrong')) {
        recordSecondStep(ctx.signIn, proven.principal, attempt, 'second-factor-wrong');
      }
      throw error;
    }
    recordSecondStep(ctx.signIn, proven.principal, attempt, 'success');
    return { ...(await beginSession(ctx, web, request, reply, proven)), recoveryCodes };
  };
}
