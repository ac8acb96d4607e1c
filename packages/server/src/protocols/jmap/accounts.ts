import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { type UsableAccount, usableAccounts } from '../../access/grants.ts';
import { type Principal, type Scope, systemScope } from '../../access/scope.ts';
import { memberRights } from '../../personal/member-rights.ts';
import { isMailError } from '../../platform/errors.ts';
import type { Caller, JmapContext } from './context.ts';
import type { RequestState } from './method.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** Makes the caller of a request, and the stores of the accounts that they use for the first time. */
export async function callerOf(
  ctx: JmapContext,
  principal: AccountPrincipal,
  client: { readonly address: string; readonly encrypted: boolean },
): Promise<Caller> {
  const usable: UsableAccount[] = [];
  for (const account of await usableAccounts(ctx.directory, principal)) {
    if (account.scope.rights.read && (await prepared(ctx, account.scope))) usable.push(account);
  }
  return {
    principal,
    scopes: new Map(usable.map(({ scope }) => [scope.accountId, scope])),
    names: new Map(usable.map(({ scope, address }) => [scope.accountId, address])),
    address: client.address,
    encrypted: client.encrypted,
    memberRights: await memberRights(ctx.personal.database, principal.tenantId),
  };
}

/** Makes the account's store; false when somebody else's account went away meanwhile. */
async function prepared(ctx: JmapContext, scope: Scope): Promise<boolean> {
  try {
    // Whoever may only read makes the store, too.
    await ctx.prepare(systemScope(scope.tenantId, scope.accountId, 'first use'));
    return true;
  } catch (error) {
    const own = scope.principal.kind === 'account' && scope.principal.accountId === scope.accountId;
    if (!own && isMailError(error, 'account.not_found')) return false;
    throw error;
  }
}

/** Id of the account of a scope. */
export function accountIdOf(scope: Scope): string {
  return printId('a', scope.accountId);
}

/** The scope of an account id; null for accounts that are not there or none of the caller's business. */
export function findScope(caller: Caller, accountId: string): Scope | null {
  const number = parseId('a', accountId);
  return number === null ? null : (caller.scopes.get(number) ?? null);
}

/** Reads `accountId` and checks that the caller may read there: `accountNotFound` otherwise. */
export function readingScope(request: RequestState, args: Arguments, name: string = 'accountId'): Scope {
  const scope = findScope(request.caller, args.requiredId(name));
  if (!scope?.rights.read) {
    throw new MethodError(name === 'fromAccountId' ? 'fromAccountNotFound' : 'accountNotFound');
  }
  return scope;
}

/** As `readingScope`, for methods that change something: `accountReadOnly` without that right. */
export function writingScope(request: RequestState, args: Arguments): Scope {
  const scope = readingScope(request, args);
  if (!scope.rights.write) throw new MethodError('accountReadOnly');
  return scope;
}
