import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { type MailboxRow, mailboxRow, mailboxRows } from '../../store/accounts/mailbox-rows.ts';
import {
  type FolderRightRow,
  grantedRightRows,
  rightRowsOf,
} from '../../store/accounts/shares/right-rows.ts';
import { Flag, type FlagSet, type MailboxId } from '../types.ts';

/** RFC 4314 §2.1: lookup, read, seen, write flags, insert, post, create, delete folder, \Deleted, expunge, administer. */
export const folderRights = ['l', 'r', 's', 'w', 'i', 'p', 'k', 'x', 't', 'e', 'a'] as const;
export type FolderRight = (typeof folderRights)[number];
/** What somebody may do in a folder. */
export type FolderRights = ReadonlySet<FolderRight>;

type Reader = AccountReader | AccountTransaction;

export function isFolderRight(letter: string): letter is FolderRight {
  return (folderRights as readonly string[]).includes(letter);
}

/** Rights from their stored text; other letters are left out. */
export function parseRights(text: string): Set<FolderRight> {
  return new Set(Array.from(text).filter(isFolderRight));
}

/** Rights in the order of RFC 4314. */
export function rightsText(rights: Iterable<FolderRight>): string {
  const has = new Set(rights);
  return folderRights.filter(right => has.has(right)).join('');
}

const reading: readonly FolderRight[] = ['l', 'r'];
const writing: readonly FolderRight[] = ['s', 'w', 'i', 'p', 'k', 'x', 't', 'e'];

/**
 * What a scope's rights on the whole account mean in one folder. Everybody keeps INBOX: it cannot be deleted. Whoever
 * administers an account chooses who else may use its folders.
 */
export function accountRights(scope: Scope, role: string | null): FolderRights {
  const { read, write, administer } = scope.rights;
  const rights = new Set<FolderRight>(read ? reading : []);
  if (read && write) for (const right of writing) rights.add(right);
  if (read && administer) rights.add('a');
  if (role === 'inbox') rights.delete('x');
  return rights;
}

function granteeOf(scope: Scope): number | null {
  return scope.folders === 'shared' && scope.principal.kind === 'account' ? scope.principal.accountId : null;
}

function union(rows: readonly FolderRightRow[], role: string | null): FolderRights {
  const rights = parseRights(rows.map(row => row.rights).join(''));
  if (role === 'inbox') rights.delete('x');
  return rights;
}

/** What a scope may do in a folder that exists. */
export async function rightsIn(
  reader: Reader,
  scope: Scope,
  row: Pick<MailboxRow, 'id' | 'role'>,
): Promise<FolderRights> {
  const grantee = granteeOf(scope);
  if (grantee === null) return accountRights(scope, row.role);
  return union(await grantedRightRows(reader, row.id, grantee), row.role);
}

/** What a scope may do in each folder; folders without any right are left out. */
export async function rightsInAll(
  reader: Reader,
  scope: Scope,
  rows: Iterable<Pick<MailboxRow, 'id' | 'role'>>,
): Promise<Map<MailboxId, FolderRights>> {
  const grantee = granteeOf(scope);
  const byFolder =
    grantee === null ? null : Map.groupBy(await rightRowsOf(reader, grantee), granted => granted.mailboxId);
  const all = new Map<MailboxId, FolderRights>();
  for (const row of rows) {
    const rights =
      byFolder === null ? accountRights(scope, row.role) : union(byFolder.get(row.id) ?? [], row.role);
    if (rights.size > 0) all.set(row.id, rights);
  }
  return all;
}

/** The folders that a scope may read in, ascending; null where it may read the whole account. */
export async function readableFolders(reader: Reader, scope: Scope): Promise<MailboxId[] | null> {
  if (granteeOf(scope) === null) return null;
  const rights = await rightsInAll(reader, scope, await mailboxRows(reader));
  return [...rights].flatMap(([id, has]) => (has.has('l') && has.has('r') ? [id] : [])).sort((a, b) => a - b);
}

/** Throws `access.denied` for a scope that can do nothing of the kind in any folder. */
export function requireReach(scope: Scope, need: 'read' | 'write'): void {
  if (scope.rights[need] || granteeOf(scope) !== null) return;
  throw new MailError('access.denied', { right: need });
}

/**
 * Whether rights suffice. Throws `mailbox.not_found` where the folder is hidden from the scope: what may not be looked up
 * must look as if it were not there (RFC 4314 §6), and `access.denied` otherwise.
 */
export function demand(has: FolderRights, id: MailboxId, needed: readonly FolderRight[]): void {
  const missing = needed.filter(right => !has.has(right));
  if (missing.length === 0) return;
  if (!has.has('l')) throw new MailError('mailbox.not_found', { mailbox: id });
  throw new MailError('access.denied', { right: missing.join('') });
}

/** The folder, if the scope has these rights in it. Throws `mailbox.not_found`, `access.denied`. */
export async function requireFolder(
  reader: Reader,
  scope: Scope,
  id: MailboxId,
  ...needed: readonly FolderRight[]
): Promise<MailboxRow> {
  const row = await mailboxRow(reader, id);
  if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
  // What rights on the whole account allow was asked before anything was read.
  if (granteeOf(scope) !== null) demand(await rightsIn(reader, scope, row), id, needed);
  return row;
}

/** Flags that somebody may change (RFC 4314 §4): `s` \Seen, `t` \Deleted, `w` all others. */
export interface ChangeableFlags {
  readonly bits: number;
  readonly keywords: boolean;
}

export function changeableFlags(rights: FolderRights): ChangeableFlags {
  const seen = rights.has('s') ? Flag.Seen : 0;
  const deleted = rights.has('t') ? Flag.Deleted : 0;
  const others = rights.has('w') ? ~(Flag.Seen | Flag.Deleted) : 0;
  return { bits: seen | deleted | others, keywords: rights.has('w') };
}

/** The flags of a set that somebody may change. */
export function onlyChangeable(flags: FlagSet, allowed: ChangeableFlags): FlagSet {
  return { bits: flags.bits & allowed.bits, keywords: allowed.keywords ? flags.keywords : [] };
}

/** What a scope may set on messages it puts into a folder; the others are left out without complaint (RFC 4314 §4). */
export async function settable(
  reader: Reader,
  scope: Scope,
  row: Pick<MailboxRow, 'id' | 'role'>,
): Promise<ChangeableFlags> {
  if (granteeOf(scope) === null) return { bits: -1, keywords: true };
  return changeableFlags(await rightsIn(reader, scope, row));
}
