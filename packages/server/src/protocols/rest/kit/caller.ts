import type { IncomingMessage } from 'node:http';
import type { Administration } from '../../../access/administration.ts';
import { isApiToken, resolveApiToken } from '../../../access/api-tokens.ts';
import { allRights, type Principal, type Rights, type Scope, wholeTenant } from '../../../access/scope.ts';
import { administrationOf } from '../../../directory/administrators/administration-of.ts';
import { MailError } from '../../../platform/errors.ts';
import type { RestCarrier, RestContext } from '../context.ts';
import type { Operation } from './operation.ts';

/** Who sent a request to the API. */
export interface Caller {
  readonly scope: Scope;
  readonly via: 'session' | 'token';
  /** For limits and idempotency keys: the person or the token. */
  readonly name: string;
  readonly displayName: string | null;
  readonly accountLanguage: string | null;
}

const noRights: Rights = { read: false, write: false, send: false, administer: false };

/** What somebody administers who administers nothing. */
export const nothing: Administration = { role: 'scoped', functions: new Map(), departments: new Set() };

/**
 * Who sends the request: by API token (`Authorization: Bearer hy_…`) or by the session cookie of our own pages. Passwords
 * and tokens of mail programs do not administer. Throws `auth.required`, `auth.failed`, `auth.encryption_required`,
 * `access.denied`.
 */
export async function callerOf(
  ctx: RestContext,
  carrier: RestCarrier,
  request: IncomingMessage,
): Promise<Caller> {
  const client = carrier.client(request);
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    if (!client.encrypted && !(client.loopback && ctx.allowPlainLoopback)) {
      throw new MailError('auth.encryption_required');
    }
    const [scheme = '', token = ''] = authorization.slice(0, 1_000).split(/ +/, 2);
    if (scheme.toLowerCase() !== 'bearer' || !isApiToken(token)) throw new MailError('auth.failed');
    const holder = await resolveApiToken(ctx.tokens, token, client.address);
    if (!holder) throw new MailError('auth.failed');
    return {
      scope: scopeOf(holder.principal, holder.administration, client.address),
      via: 'token',
      name: `token ${holder.tokenId}`,
      displayName: null,
      accountLanguage: null,
    };
  }
  const { principal, signedIn } = await carrier.identify(request);
  const administration = await administrationOf(ctx.directory.database.of(principal.tenantId), principal);
  return {
    scope: scopeOf(principal, administration, client.address),
    via: 'session',
    name: `account ${principal.accountId}`,
    displayName: signedIn?.displayName ?? null,
    accountLanguage: signedIn?.language ?? null,
  };
}

function scopeOf(
  principal: Extract<Principal, { kind: 'account' }>,
  administration: Administration | null,
  clientAddress: string,
): Scope {
  return {
    tenantId: principal.tenantId,
    principal,
    accountId: wholeTenant,
    rights: administration ? allRights : noRights,
    ...(administration && { administration }),
    clientAddress,
  };
}

/** Throws `access.denied` unless the caller may call the operation at all. The domain's functions look more closely. */
export function requireAllowed(operation: Operation, caller: Caller): Administration {
  const { administration } = caller.scope;
  const denied = (need: string): MailError => new MailError('access.denied', { need });
  if (operation.personOnly && caller.via !== 'session') throw denied('person');
  if (operation.function === 'none') return administration ?? nothing;
  if (!administration) throw denied('administrator');
  if (operation.function !== 'any') {
    const granted = administration.functions.get(operation.function);
    if (granted === undefined || (operation.access === 'manage' && granted !== 'manage')) {
      throw denied(`${operation.function}:${operation.access}`);
    }
  }
  if (operation.role === 'owner' && administration.role !== 'owner') throw denied('owner');
  if (operation.role === 'super' && administration.role === 'scoped') throw denied('super');
  if (operation.wholeCompany && administration.departments !== null) throw denied('whole company');
  return administration;
}
