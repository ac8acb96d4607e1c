import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById, removeAccount } from '../../store/system/accounts.ts';
import { deleteAddressesOfAccount } from '../../store/system/addresses.ts';
import { deleteCredentials } from '../../store/system/credentials.ts';
import { deleteMember } from '../../store/system/people/members.ts';
import { importedRows, undoImportBatch } from '../../store/system/sharing/imports.ts';
import { change } from '../context.ts';
import { requireMemberReached } from '../members/places.ts';
import { recordOperation } from '../operations.ts';
import { type ImportBatch, requireBatch, toBatch } from './batch.ts';
import type { ImportContext } from './context.ts';

/**
 * Takes back the members that an import made, as if they had never been: their addresses are free at once. Only while
 * none of them has signed in. Departments that it made stay. Needs `members:manage`. Throws `access.denied`,
 * `import.not_found`, `conflict.state`.
 */
export async function undoImport(ctx: ImportContext, scope: Scope, id: number): Promise<ImportBatch> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const { directory } = ctx;
  const { tenantId } = scope;
  await requireBatch(directory.database.of(scope.tenantId), scope, id);
  const made = await importedRows(directory.database.of(scope.tenantId), tenantId, id);
  const accounts = made.flatMap(row => (row.account_id === null ? [] : [row.account_id]));
  if (await ctx.hasSignedIn(tenantId, accounts)) {
    throw new MailError('conflict.state', { reason: 'signed in' });
  }
  return change(directory, scope.tenantId, async tx => {
    const batch = await requireBatch(tx, scope, id);
    if (!(await undoImportBatch(tx, tenantId, id))) {
      throw new MailError('conflict.state', { state: batch.state });
    }
    const now = directory.clock.now();
    const removed: AccountId[] = [];
    for (const accountId of accounts) {
      const account = await accountById(tx, tenantId, accountId);
      if (!account || account.removed_at !== null) continue;
      await requireMemberReached(tx, administration, tenantId, accountId);
      await deleteAddressesOfAccount(tx, tenantId, accountId);
      await deleteCredentials(tx, tenantId, accountId);
      await deleteMember(tx, tenantId, accountId);
      await removeAccount(tx, tenantId, accountId, now);
      removed.push(accountId);
    }
    await recordOperation(tx, directory.clock, scope, {
      action: 'member.import_undone',
      targetKind: 'import',
      target: batch.file_name,
      details: { id, removed: removed.length },
    });
    return toBatch({ ...batch, state: 'undone' });
  });
}
