import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { AccountKind } from '../accounts.ts';

/** That `grantee_id` may use the account `owner_id`; rights are 0 or 1. */
export interface GrantRow {
  readonly tenant_id: TenantId;
  readonly owner_id: AccountId;
  readonly grantee_id: AccountId;
  readonly may_read: number;
  readonly may_write: number;
  readonly may_send: number;
  readonly may_administer: number;
  readonly created_at: number;
}

/** A grant with what its account is called. */
export interface NamedGrantRow extends GrantRow {
  readonly kind: AccountKind;
  readonly display_name: string;
  readonly local_part: string;
  readonly domain_name: string;
  readonly unicode_name: string;
}

const columns = 'tenant_id, owner_id, grantee_id, may_read, may_write, may_send, may_administer, created_at';
const named = `g.tenant_id, g.owner_id, g.grantee_id, g.may_read, g.may_write, g.may_send, g.may_administer,
  g.created_at, a.kind, a.display_name, p.local_part, d.name AS domain_name, d.unicode_name
  FROM access_grant g`;
const upsertRow = statement(
  `INSERT INTO access_grant (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
   ON CONFLICT (tenant_id, owner_id, grantee_id) DO UPDATE SET may_read = excluded.may_read,
   may_write = excluded.may_write, may_send = excluded.may_send, may_administer = excluded.may_administer`,
);
const selectTo = statement(
  `SELECT ${named}
   JOIN account a ON a.tenant_id = g.tenant_id AND a.id = g.owner_id
   JOIN address p ON p.tenant_id = g.tenant_id AND p.account_id = g.owner_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE g.tenant_id = $1 AND g.grantee_id = $2 AND a.removed_at IS NULL AND a.disabled_at IS NULL
   ORDER BY g.owner_id`,
);
const selectOf = statement(
  `SELECT ${named}
   JOIN account a ON a.tenant_id = g.tenant_id AND a.id = g.grantee_id
   JOIN address p ON p.tenant_id = g.tenant_id AND p.account_id = g.grantee_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE g.tenant_id = $1 AND g.owner_id = $2 AND a.removed_at IS NULL
   ORDER BY g.grantee_id`,
);
const deleteOne = statement(
  'DELETE FROM access_grant WHERE tenant_id = $1 AND owner_id = $2 AND grantee_id = $3',
);

/** Makes a grant, or gives an existing one these rights. */
export async function putGrant(tx: SqlTransaction, row: GrantRow): Promise<void> {
  await tx.run(
    upsertRow,
    row.tenant_id,
    row.owner_id,
    row.grantee_id,
    row.may_read,
    row.may_write,
    row.may_send,
    row.may_administer,
    row.created_at,
  );
}

/** What somebody may use, with the names of the owners; without accounts that are disabled or removed. */
export async function grantsTo(
  reader: SqlReader,
  tenantId: TenantId,
  granteeId: AccountId,
): Promise<NamedGrantRow[]> {
  return reader.all<NamedGrantRow>(selectTo, tenantId, granteeId);
}

/** Who may use an account, with the names of the grantees; without removed ones. */
export async function grantsOf(
  reader: SqlReader,
  tenantId: TenantId,
  ownerId: AccountId,
): Promise<NamedGrantRow[]> {
  return reader.all<NamedGrantRow>(selectOf, tenantId, ownerId);
}

/** False when there was none. */
export async function deleteGrant(
  tx: SqlTransaction,
  tenantId: TenantId,
  ownerId: AccountId,
  granteeId: AccountId,
): Promise<boolean> {
  return (await tx.run(deleteOne, tenantId, ownerId, granteeId)) === 1;
}
