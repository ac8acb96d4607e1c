import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  type MailboxRow,
  mailboxRow,
  mailboxRows,
  touchMailboxProperties,
} from '../../store/accounts/mailbox-rows.ts';
import { allRightRows, folderRightRows, putFolderRight } from '../../store/accounts/shares/right-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import type { MailboxId } from '../types.ts';
import { forgetUnlessShared } from './hints.ts';
import { noNeighbours } from './neighbours.ts';
import {
  accountRights,
  demand,
  type FolderRight,
  type FolderRights,
  parseRights,
  requireReach,
  rightsIn,
  rightsInAll,
  rightsText,
} from './rights.ts';

/** The identifier of everybody in the company (RFC 4314 §3). */
export const anyone = 'anyone';
/** The number it has where there is one of an account. */
export const everybody: AccountId = 0;

/** Somebody and what they may do in a folder. */
export interface AclEntry {
  /** An address, or `anyone`. */
  readonly identifier: string;
  readonly rights: FolderRights;
}

/** How SETACL changes rights (RFC 4314 §3.1). */
export interface RightsChange {
  readonly mode: 'set' | 'add' | 'remove';
  readonly rights: FolderRights;
}

async function folder(
  reader: AccountReader | AccountTransaction,
  scope: Scope,
  id: MailboxId,
): Promise<{ readonly row: MailboxRow; readonly rights: FolderRights }> {
  const row = await mailboxRow(reader, id);
  if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
  return { row, rights: await rightsIn(reader, scope, row) };
}

/** What the scope may do in a folder (RFC 4314 §3.5); needs any right in it. Throws `mailbox.not_found`. */
export async function myRights(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<FolderRights> {
  requireReach(scope, 'read');
  const { rights } = await ctx.accounts.read(scope, reader => folder(reader, scope, id));
  if (rights.size === 0) throw new MailError('mailbox.not_found', { mailbox: id });
  return rights;
}

/** What the scope may do in each folder in which it may do anything. */
export async function allMyRights(
  ctx: MailboxContext,
  scope: Scope,
): Promise<ReadonlyMap<MailboxId, FolderRights>> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => rightsInAll(reader, scope, await mailboxRows(reader)));
}

/** The address of the account that owns a folder; empty when it is gone. */
async function ownerAddress(ctx: MailboxContext, scope: Scope): Promise<string> {
  const { neighbours = noNeighbours } = ctx;
  const { tenantId, accountId, principal } = scope;
  if (principal.kind === 'account' && principal.accountId === accountId) return principal.login;
  return (await neighbours.addresses(tenantId, [accountId])).get(accountId) ?? '';
}

const ownerScopeRights = { read: true, write: true, send: true, administer: true };

/** Who may do what in a folder, its owner first (RFC 4314 §3.3). Needs `a`. Throws `mailbox.not_found`, `access.denied`. */
export async function getAcl(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<AclEntry[]> {
  requireReach(scope, 'read');
  const { neighbours = noNeighbours } = ctx;
  const { row, rows } = await ctx.accounts.read(scope, async reader => {
    const found = await folder(reader, scope, id);
    demand(found.rights, id, ['a']);
    return { row: found.row, rows: await folderRightRows(reader, id) };
  });
  const ids = rows.map(each => each.granteeId).filter(each => each !== everybody);
  const addresses = await neighbours.addresses(scope.tenantId, ids);
  const entries: AclEntry[] = [
    {
      identifier: await ownerAddress(ctx, scope),
      rights: accountRights({ ...scope, rights: ownerScopeRights }, row.role),
    },
  ];
  for (const { granteeId, rights } of rows) {
    const identifier = granteeId === everybody ? anyone : addresses.get(granteeId);
    if (identifier !== undefined) entries.push({ identifier, rights: parseRights(rights) });
  }
  return entries;
}

/** Who else may do what in each folder whose list the scope may see (`a`); folders without anybody are left out. */
export async function sharedWith(
  ctx: MailboxContext,
  scope: Scope,
): Promise<ReadonlyMap<MailboxId, readonly AclEntry[]>> {
  requireReach(scope, 'read');
  const { neighbours = noNeighbours } = ctx;
  const rows = await ctx.accounts.read(scope, async reader => {
    const rights = await rightsInAll(reader, scope, await mailboxRows(reader));
    return (await allRightRows(reader)).filter(row => rights.get(row.mailboxId)?.has('a'));
  });
  const ids = [...new Set(rows.map(row => row.granteeId))].filter(id => id !== everybody);
  const addresses = await neighbours.addresses(scope.tenantId, ids);
  const entries = new Map<MailboxId, AclEntry[]>();
  for (const { mailboxId, granteeId, rights } of rows) {
    const identifier = granteeId === everybody ? anyone : addresses.get(granteeId);
    if (identifier === undefined) continue;
    const list = entries.get(mailboxId) ?? [];
    list.push({ identifier, rights: parseRights(rights) });
    entries.set(mailboxId, list);
  }
  return entries;
}

/** The account an identifier stands for: a colleague's address, or `anyone`. Throws `account.not_found`. */
export async function granteeOf(ctx: MailboxContext, scope: Scope, identifier: string): Promise<AccountId> {
  if (identifier === anyone) return everybody;
  const { neighbours = noNeighbours } = ctx;
  const found = await neighbours.find(scope.tenantId, identifier);
  if (found === null) throw new MailError('account.not_found', { identifier });
  return found;
}

/**
 * Rights that an identifier could be given in a folder, and those it has in any case (RFC 4314 §3.4). Needs `a`. Throws
 * `mailbox.not_found`, `access.denied`, `account.not_found`.
 */
export async function grantableRights(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  identifier: string,
): Promise<{ readonly always: FolderRights; readonly optional: FolderRights }> {
  requireReach(scope, 'read');
  const { row } = await ctx.accounts.read(scope, async reader => {
    const found = await folder(reader, scope, id);
    demand(found.rights, id, ['a']);
    return found;
  });
  const grantee = await granteeOf(ctx, scope, identifier);
  const whole = accountRights({ ...scope, rights: ownerScopeRights }, row.role);
  return grantee === scope.accountId
    ? { always: whole, optional: new Set() }
    : { always: new Set(), optional: whole };
}

function changed(before: FolderRights, { mode, rights }: RightsChange): Set<FolderRight> {
  if (mode === 'set') return new Set(rights);
  if (mode === 'add') return new Set([...before, ...rights]);
  return new Set([...before].filter(right => !rights.has(right)));
}

/**
 * Gives somebody of the same company rights in a folder, or takes them (RFC 4314 §3.1, §3.2). Needs `a`. The owner's own
 * rights cannot be changed: `mailbox.protected`. Throws `mailbox.not_found`, `access.denied`, `account.not_found`,
 * `limit.exceeded` past the number of people a folder can name.
 */
export async function setAcl(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  identifier: string,
  change: RightsChange,
): Promise<void> {
  requireReach(scope, 'read');
  const { neighbours = noNeighbours } = ctx;
  await ctx.accounts.read(scope, async reader => demand((await folder(reader, scope, id)).rights, id, ['a']));
  const grantee = await granteeOf(ctx, scope, identifier);
  if (grantee === scope.accountId) throw new MailError('mailbox.protected', { identifier });
  const { tenantId, accountId } = scope;
  // Before the rights, so that a crash leaves a hint too many and never one too few.
  await neighbours.note(tenantId, accountId, grantee, true);
  await ctx.accounts.transact(scope, async tx => {
    const { row, rights } = await folder(tx, scope, id);
    demand(rights, id, ['a']);
    const rows = await folderRightRows(tx, id);
    const before = parseRights(rows.find(each => each.granteeId === grantee)?.rights ?? '');
    const after = rightsText(changed(before, change));
    if (before.size === 0 && after !== '' && rows.length >= ctx.limits.maxAclEntries) {
      throw new MailError('limit.exceeded', { limit: 'acl' });
    }
    if (after !== rightsText(before)) {
      await putFolderRight(tx, { mailboxId: row.id, granteeId: grantee, rights: after });
      await touchMailboxProperties(tx, row.id);
      announce(ctx, tx);
    }
  });
  await forgetUnlessShared(ctx, scope, grantee);
}
