import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import { memberById, unindexedMembers, updateMember } from '../../store/system/people/members.ts';
import type { DirectoryContext } from '../context.ts';
import { type NameText, nameText } from '../profiles/search-text.ts';
import { displayAddress } from '../users.ts';
import { memberTexts } from './texts.ts';

/** Writes again what a member is found by; `name` is worked out of the name that the account has now. */
export async function reindexMember(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  name: NameText,
): Promise<void> {
  const row = await memberById(tx, tenantId, accountId);
  const primary = (await addressesOfAccount(tx, tenantId, accountId))[0];
  if (!row || !primary) return;
  const member = {
    englishName: row.english_name,
    mobile: row.mobile,
    phone: row.phone,
    employeeNumber: row.employee_number,
    userId: row.user_id,
    address: displayAddress(primary),
  };
  await updateMember(tx, { ...row, ...memberTexts(member, name) });
}

const atATime = 200;

/** Writes what members of an older release are found by. Does nothing when all have it. Returns how many it wrote. */
export async function reindexOldMembers(ctx: DirectoryContext): Promise<number> {
  let written = 0;
  for (;;) {
    const rows = await unindexedMembers(ctx.database.look('due'), atATime);
    if (rows.length === 0) return written;
    for (const { tenant_id, account_id } of rows) {
      const account = await accountById(ctx.database.of(tenant_id), tenant_id, account_id);
      const name = await nameText(account?.display_name ?? '');
      await ctx.database.of(tenant_id).transact(async tx => {
        await reindexMember(tx, tenant_id, account_id, name);
      });
    }
    // A member without an address cannot be found and stays as it is.
    const left = await unindexedMembers(ctx.database.look('due'), atATime);
    written += rows.length;
    if (left.length > 0 && left[0]?.account_id === rows[0]?.account_id) return written;
  }
}
