import { type Administration, requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { memberById, updateMember } from '../../store/system/people/members.ts';
import { type ParsedAddress, requireNewAddress } from '../address.ts';
import { policiesIn } from '../company/policies.ts';
import { change, type DirectoryContext } from '../context.ts';
import { giveMainAddress } from '../main-address.ts';
import { recordOperation } from '../operations.ts';
import { type NameText, nameText } from '../profiles/search-text.ts';
import { requireManaged } from './manage.ts';
import { reindexMember } from './reindex.ts';

export interface Rename {
  readonly accountId: AccountId;
  readonly address: string;
  /** The old address stays as an alias (DIR-15, ALS-03). */
  readonly keepOld: boolean;
}

/** Most members of one call (DIR-08 batch repair). */
const maxAtOnce = 1_000;

/**
 * Gives members other addresses, all or none; mail stays where it is. The company's policy decides (DIR-08, DIR-14, DIR-15):
 * `free`; `once`, and only for an address that the system made; `never`: an alias, or deleting and transferring the mail, are
 * the ways. Needs `members:manage` and reach. Throws `access.denied` with the policy, `account.not_found`,
 * `address.invalid`, `domain.not_found`, `conflict.exists`, `limit.exceeded` when the plan has no room for the alias.
 */
export async function renameMembers(
  ctx: DirectoryContext,
  scope: Scope,
  renames: readonly Rename[],
): Promise<string[]> {
  const administration = requireAdministration(scope, 'members', 'manage');
  if (renames.length > maxAtOnce) throw new MailError('limit.exceeded', { limit: 'members', max: maxAtOnce });
  const prepared: { readonly rename: Rename; readonly address: ParsedAddress; readonly text: NameText }[] =
    [];
  for (const rename of renames) {
    const address = requireNewAddress(rename.address);
    const account = await accountById(ctx.database.of(scope.tenantId), scope.tenantId, rename.accountId);
    prepared.push({ rename, address, text: await nameText(account?.display_name ?? '') });
  }
  return change(ctx, scope.tenantId, async tx => {
    const written: string[] = [];
    for (const { rename, address, text } of prepared) {
      written.push(await renameIn(ctx, tx, scope, administration, rename, address, text));
    }
    return written;
  });
}

async function requireAllowed(tx: SqlTransaction, scope: Scope, accountId: AccountId): Promise<void> {
  const { rename } = await policiesIn(tx, scope.tenantId);
  const member = await memberById(tx, scope.tenantId, accountId);
  if (!member) throw new MailError('account.not_found', { accountId });
  if (rename === 'free' || (rename === 'once' && member.generated === 1)) return;
  throw new MailError('access.denied', { need: 'rename', policy: rename });
}

async function renameIn(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  administration: Administration,
  rename: Rename,
  address: ParsedAddress,
  text: NameText,
): Promise<string> {
  const { tenantId } = scope;
  const { accountId, keepOld } = rename;
  await requireManaged(tx, administration, scope, accountId);
  await requireAllowed(tx, scope, accountId);
  const { before, after } = await giveMainAddress(tx, ctx.clock, { tenantId, accountId }, address, keepOld);
  const member = await memberById(tx, tenantId, accountId);
  if (member) await updateMember(tx, { ...member, generated: 0 });
  await reindexMember(tx, tenantId, accountId, text);
  await recordOperation(tx, ctx.clock, scope, {
    action: 'member.renamed',
    targetKind: 'member',
    target: after,
    details: { accountId, before, after, keptAsAlias: keepOld },
  });
  return after;
}
