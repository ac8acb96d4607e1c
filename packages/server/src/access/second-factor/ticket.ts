import { createHmac, timingSafeEqual } from 'node:crypto';
import { MailError } from '../../platform/errors.ts';
import type { AccountPrincipal, SecondFactorContext } from './context.ts';

/** What stands between the two steps of a sign-in on the web. */
export interface Ticket {
  readonly principal: AccountPrincipal;
  readonly keep: boolean;
  /** When the password was shown, ms. */
  readonly provenAt: number;
}

const maxLength = 2_000;

function sign(ctx: Pick<SecondFactorContext, 'secretKey'>, body: string): Buffer {
  return createHmac('sha256', ctx.secretKey).update(`sign-in ticket\0${body}`).digest();
}

/** A ticket for somebody who showed the password; signed, so that every process can read it and none has to keep it. */
export function issueTicket(ctx: Pick<SecondFactorContext, 'secretKey'>, ticket: Ticket): string {
  const { tenantId, accountId, login, credential } = ticket.principal;
  const fields = [tenantId, accountId, login, credential?.id ?? 0, ticket.keep, ticket.provenAt];
  const body = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${body}.${sign(ctx, body).toString('base64url')}`;
}

/** Reads a ticket. Throws `auth.failed` when it is none of ours or older than `lifeMs`. */
export function readTicket(
  ctx: Pick<SecondFactorContext, 'secretKey' | 'clock' | 'limits'>,
  text: string,
  lifeMs: number = ctx.limits.ticketMs,
): Ticket {
  const [body = '', signature = '', ...rest] = text.length > maxLength ? [] : text.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = sign(ctx, body);
  if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new MailError('auth.failed');
  }
  const [tenantId, accountId, login, credentialId, keep, provenAt] = JSON.parse(
    Buffer.from(body, 'base64url').toString('utf8'),
  ) as [number, number, string, number, boolean, number];
  const age = ctx.clock.now() - provenAt;
  if (age < 0 || age > lifeMs) throw new MailError('auth.failed');
  return {
    principal: {
      kind: 'account',
      tenantId,
      accountId,
      login,
      credential: { kind: 'password', id: credentialId },
    },
    keep,
    provenAt,
  };
}
