import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFactorOverdue } from '../../../../access/second-factor/demand.ts';
import { isTrustedDevice } from '../../../../access/second-factor/devices.ts';
import { secondFactorMethods } from '../../../../access/second-factor/methods.ts';
import { needsSecondFactor, recordSecondStep } from '../../../../access/second-factor/second-step.ts';
import { issueTicket } from '../../../../access/second-factor/ticket.ts';
import type { SignInAttempt } from '../../../../access/types.ts';
import type { WebContext, WebServices } from '../../context.ts';
import { deviceToken } from '../../cookies.ts';
import { sendProblem } from '../../problem.ts';
import { beginSession, type Proven } from '../begin-session.ts';

/**
 * What comes after a right password: the session, or 401 with a ticket, for the code of the second factor
 * (`auth.second_factor_required`) or for setting one up that the company demands (`auth.second_factor_setup`).
 */
export async function afterPassword(
  ctx: WebContext,
  web: WebServices,
  request: FastifyRequest,
  reply: FastifyReply,
  proven: Proven,
  attempt: SignInAttempt,
): Promise<Record<string, unknown> | FastifyReply> {
  const { principal } = proven;
  const { tenantId, accountId } = principal;
  const client = web.client(request.raw);
  const { database, clock, limits } = ctx.signIn;
  if (await needsSecondFactor(ctx.signIn, principal)) {
    const device = deviceToken(request.raw, client.encrypted);
    if (device === null || !(await isTrustedDevice(ctx.signIn, principal, device, client.address))) {
      return sendProblem(reply, 401, 'auth.second_factor_required', {
        ticket: issueTicket(ctx.signIn, proven),
        methods: secondFactorMethods.map(method => method.name),
        seconds: Math.floor(limits.ticketMs / 1000),
      });
    }
    recordSecondStep(ctx.signIn, principal, attempt, 'success');
  } else if (
    await database.of(tenantId).read(reader => isFactorOverdue(reader, tenantId, accountId, clock.now()))
  ) {
    return sendProblem(reply, 401, 'auth.second_factor_setup', {
      ticket: issueTicket(ctx.signIn, proven),
      seconds: Math.floor(limits.enrolMs / 1000),
    });
  }
  return beginSession(ctx, web, request, reply, proven);
}
