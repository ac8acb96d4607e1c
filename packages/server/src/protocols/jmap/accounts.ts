import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { acceptedLanguage, type Language } from '@hongyan/phrases/phrases.ts';
import { type UsableAccount, usableAccounts } from '../../access/grants.ts';
import { ownScope, type Principal, type Scope, systemScope } from '../../access/scope.ts';
import { withFolderPlan } from '../../mailbox/create.ts';
import { allMyRights } from '../../mailbox/sharing/acl.ts';
import type { FolderRight } from '../../mailbox/sharing/rights.ts';
import { memberRights } from '../../personal/member-rights.ts';
import { limitsOf } from '../../personal/plan-limits.ts';
import { isMailError } from '../../platform/errors.ts';
import type { Caller, JmapContext } from './context.ts';
import type { RequestState } from './method.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** Makes the caller of a request, and the stores of the accounts that they use for the first time. */
export async function callerOf(
  ctx: JmapContext,
  principal: AccountPrincipal,
  client: {
    readonly address: string;
    readonly encrypted: boolean;
    readonly acceptLanguage?: string | undefined;
  },
): Promise<Caller> {
  const usable: UsableAccount[] = [];
  for (const account of await usableAccounts(ctx.directory, principal)) {
    if (account.scope.rights.read && (await prepared(ctx, account.scope))) usable.push(account);
  }
  const sharers = await sharingColleagues(ctx, principal);
  const all = [...usable, ...sharers];
  return {
    principal,
    scopes: new Map(all.map(({ scope }) => [scope.accountId, scope])),
    names: new Map(all.map(({ scope, address }) => [scope.accountId, address])),
    readOnly: new Set(sharers.filter(({ changes }) => !changes).map(({ scope }) => scope.accountId)),
    address: client.address,
    encrypted: client.encrypted,
    language: languageAsked(client.acceptLanguage ?? ''),
    memberRights: await memberRights(ctx.personal.database, principal.tenantId),
    limits: {
      ...(await limitsOf(ctx.personal, principal)),
      folderLevels: (await withFolderPlan(ctx.mailboxes, principal)).limits.maxDepth,
    },
  };
}

/** The language a request asks for; null when it names none of ours. */
function languageAsked(header: string): Language | null {
  return /\b(?:zh|en)\b/i.test(header.slice(0, 1_000)) ? acceptedLanguage(header) : null;
}

interface Sharer {
  readonly scope: Scope;
  readonly address: string;
  /** Whether the caller may change anything there. */
  readonly changes: boolean;
}

/** Colleagues who share folders with the caller, with what may be done there at present. */
async function sharingColleagues(ctx: JmapContext, principal: AccountPrincipal): Promise<Sharer[]> {
  const { neighbours } = ctx.mailboxes;
  if (!neighbours) return [];
  const reachable = await neighbours.reachable(ownScope(principal));
  const people = reachable.filter(({ scope }) => scope.folders === 'shared');
  const found = await Promise.all(
    people.map(async ({ scope, address }): Promise<Sharer | null> => {
      try {
        const rights = [...(await allMyRights(ctx.mailboxes, scope)).values()].filter(has => has.has('l'));
        if (rights.length === 0) return null;
        const changes = rights.some(has => changing.some(right => has.has(right)));
        return { scope, address, changes };
      } catch (error) {
        if (isMailError(error, 'account.not_found')) return null;
        throw error;
      }
    }),
  );
  return found.filter(sharer => sharer !== null);
}

/** Rights that let somebody change something. */
const changing: readonly FolderRight[] = ['s', 'w', 'i', 'k', 'x', 't', 'a'];

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
  if (!scope || (!scope.rights.read && scope.folders !== 'shared')) {
    throw new MethodError(name === 'fromAccountId' ? 'fromAccountNotFound' : 'accountNotFound');
  }
  return scope;
}

/** As `readingScope`, for methods that change something: `accountReadOnly` without that right. */
export function writingScope(request: RequestState, args: Arguments): Scope {
  const scope = readingScope(request, args);
  requireWriting(request, scope);
  return scope;
}

/** Throws `accountReadOnly` unless the caller may change something in the account. */
export function requireWriting({ caller }: RequestState, scope: Scope): void {
  // What a colleague shares is decided folder by folder.
  const may = scope.folders === 'shared' ? !caller.readOnly.has(scope.accountId) : scope.rights.write;
  if (!may) throw new MethodError('accountReadOnly');
}
