import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { ownScope, type Principal, type Scope } from '../../access/scope.ts';
import type { Caller, JmapContext } from './context.ts';
import type { RequestState } from './method.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** The accounts that somebody may use, with their rights. Today everybody's own. */
export function scopesOf(principal: AccountPrincipal): Map<number, Scope> {
  return new Map([[principal.accountId, ownScope(principal)]]);
}

/** Makes the caller of a request, and their own account's store if this is its first use. */
export async function callerOf(
  ctx: JmapContext,
  principal: AccountPrincipal,
  client: { readonly address: string; readonly encrypted: boolean },
): Promise<Caller> {
  await ctx.prepare(ownScope(principal));
  return { principal, scopes: scopesOf(principal), address: client.address, encrypted: client.encrypted };
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
