import type { RouteHandlerMethod } from 'fastify';
import { ownScope } from '../../../access/scope.ts';
import type { RecordCursor, SignInRow } from '../../../access/sign-in-history.ts';
import { listOwnSignIns, signInHint } from '../../../access/sign-in-history.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { identifyMember } from './identify-member.ts';

const defaultPage = 50;

/** A sign-in as the API shows it. */
function answer(row: SignInRow): Record<string, unknown> {
  const { id, at, login, address, service, method, agent, result } = row;
  return {
    id: String(id),
    at: new Date(at).toISOString(),
    login,
    address,
    service,
    method,
    agent: agent ?? null,
    result,
  };
}

/** GET /auth/sign-ins: the member's own log with the hint beside it (LOG-04, SEC-13). */
export function listSignIns(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    const { limit, before, failed } = request.query as Record<string, unknown>;
    const wanted = limit === undefined ? defaultPage : Number(limit);
    if (!Number.isInteger(wanted) || wanted < 1) throw new MailError('input.invalid', { field: 'limit' });
    const cursor = before === undefined ? null : readCursor(before);
    const scope = ownScope(principal);
    const page = await listOwnSignIns(ctx.signIn, scope, {
      limit: wanted,
      failed: failed === 'true',
      ...(cursor !== null && { before: cursor }),
    });
    const hint = await signInHint(ctx.signIn, scope);
    return {
      list: page.list.map(answer),
      next: page.next === null ? null : `${page.next.at}.${page.next.id}`,
      hint: hint && { failures: hint.failures, since: new Date(hint.since).toISOString() },
    };
  };
}

function readCursor(text: unknown): RecordCursor {
  const match = typeof text === 'string' ? /^([0-9]{1,15})\.([0-9]{1,15})$/.exec(text) : null;
  if (!match) throw new MailError('input.invalid', { field: 'before' });
  return { at: Number(match[1]), id: Number(match[2]) };
}
