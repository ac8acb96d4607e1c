import { requireAdministration, requireWholeCompany } from '../access/administration.ts';
import type { Scope } from '../access/scope.ts';
import { recordOperation } from '../directory/operations.ts';
import type { Clock } from '../platform/clock.ts';
import type { TenantId } from '../platform/ids.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { readSetting, writeSetting } from '../store/system/settings.ts';

/** What the company lets its members do by themselves (SRC-10). */
export interface MemberRights {
  /** Send mail on to other mailboxes automatically. */
  readonly mayForward: boolean;
  /** Bring back what they deleted for good. */
  readonly mayRestoreDeleted: boolean;
}

const name = 'member.rights';
const standard: MemberRights = { mayForward: true, mayRestoreDeleted: true };

async function read(reader: SqlReader, tenantId: TenantId): Promise<MemberRights> {
  const text = await readSetting(reader, tenantId, name);
  return text === null ? standard : { ...standard, ...(JSON.parse(text) as Partial<MemberRights>) };
}

/** The tenant's switches; both are on unless turned off. */
export async function memberRights(database: CompanyDatabase, tenantId: TenantId): Promise<MemberRights> {
  return read(database.of(tenantId), tenantId);
}

/** Changes the switches. They hold at once: forwards that are set rest, and nothing can be restored. */
export async function changeMemberRights(
  context: { readonly database: CompanyDatabase; readonly clock: Clock },
  scope: Scope,
  change: Partial<MemberRights>,
): Promise<MemberRights> {
  requireAdministration(scope, 'mailRules', 'manage');
  requireWholeCompany(scope);
  return context.database.of(scope.tenantId).transact(async tx => {
    const before = await read(tx, scope.tenantId);
    const after = { ...before, ...change };
    await writeSetting(tx, scope.tenantId, name, JSON.stringify(after));
    await recordOperation(tx, context.clock, scope, {
      action: 'member_rights.changed',
      targetKind: 'tenant',
      target: 'member rights',
      details: { before, after },
    });
    return after;
  });
}
