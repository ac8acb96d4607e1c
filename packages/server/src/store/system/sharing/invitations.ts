import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface InvitationRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** SHA-256 of the token, hexadecimal. */
  readonly token_hash: string;
  readonly label: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
  /** Null: any number. */
  readonly max_uses: number | null;
  readonly uses: number;
}

export type JoinState = 'waiting' | 'approved' | 'refused';

export interface JoinRequestRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly invitation_id: number;
  readonly name: string;
  readonly mobile: string;
  readonly address: string;
  /** Comparable form of the address: one request at a time waits for it. */
  readonly address_key: string;
  /** JSON of credentials in their stored form; empty once decided. */
  readonly secrets: string;
  readonly state: JoinState;
  readonly client_address: string;
  readonly created_at: number;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
  readonly account_id: AccountId | null;
}

const columns =
  'tenant_id, id, token_hash, label, created_by, created_at, expires_at, revoked_at, max_uses, uses';
const insertRow = statement(
  `INSERT INTO invitation (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);
const selectByToken = statement(`SELECT ${columns} FROM invitation WHERE token_hash = $1`);
const selectPage = statement(
  `SELECT ${columns} FROM invitation WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
);
const selectOne = statement(`SELECT ${columns} FROM invitation WHERE tenant_id = $1 AND id = $2`);
const countOpen = statement(
  'SELECT COUNT(*) AS n FROM invitation WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2',
);
const revokeRow = statement(
  'UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL',
);
const useRow = statement(
  `UPDATE invitation SET uses = uses + 1 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
   AND expires_at > $3 AND (max_uses IS NULL OR uses < max_uses)`,
);
const requestColumns = `tenant_id, id, invitation_id, name, mobile, address, address_key, secrets, state, client_address,
  created_at, decided_at, decided_by, account_id`;
const insertRequestRow = statement(
  `INSERT INTO join_request (${requestColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
   ON CONFLICT DO NOTHING`,
);
const selectRequest = statement(
  `SELECT ${requestColumns} FROM join_request WHERE tenant_id = $1 AND id = $2`,
);
const selectWaitingFor = statement(
  "SELECT id FROM join_request WHERE tenant_id = $1 AND address_key = $2 AND state = 'waiting'",
);
const selectRequests = statement(
  `SELECT ${requestColumns} FROM join_request WHERE tenant_id = $1 AND state = $2 AND id < $3
     AND (LOWER(name) LIKE $5 ESCAPE '!' OR address_key LIKE $5 ESCAPE '!' OR mobile LIKE $5 ESCAPE '!')
   ORDER BY id DESC LIMIT $4`,
);
const countWaiting = statement(
  "SELECT COUNT(*) AS n FROM join_request WHERE tenant_id = $1 AND state = 'waiting'",
);
const decideRow = statement(
  `UPDATE join_request SET state = $3, decided_at = $4, decided_by = $5, account_id = $6, secrets = '', address = $7
   WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'`,
);

export async function insertInvitation(tx: SqlTransaction, row: InvitationRow): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.token_hash,
    row.label,
    row.created_by,
    row.created_at,
    row.expires_at,
    row.revoked_at,
    row.max_uses,
    row.uses,
  );
}

export async function invitationByToken(
  reader: SqlReader,
  tokenHash: string,
): Promise<InvitationRow | undefined> {
  return reader.get<InvitationRow>(selectByToken, tokenHash);
}

export async function invitationById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<InvitationRow | undefined> {
  return reader.get<InvitationRow>(selectOne, tenantId, id);
}

/** Newest first, below `before`. */
export async function invitationPage(
  reader: SqlReader,
  tenantId: TenantId,
  before: number,
  limit: number,
): Promise<InvitationRow[]> {
  return reader.all<InvitationRow>(selectPage, tenantId, before, limit);
}

/** Invitations that are neither revoked nor expired. */
export async function openInvitationCount(
  reader: SqlReader,
  tenantId: TenantId,
  now: number,
): Promise<number> {
  return (await reader.get<{ n: number }>(countOpen, tenantId, now))?.n ?? 0;
}

/** False when there is none, or it was revoked before. */
export async function revokeInvitationRow(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(revokeRow, tenantId, id, now)) === 1;
}

/** Counts one use; false when it may not be used any more. */
export async function useInvitation(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(useRow, tenantId, id, now)) === 1;
}

/** False when another request waits for that address. */
export async function insertJoinRequest(tx: SqlTransaction, row: JoinRequestRow): Promise<boolean> {
  const changed = await tx.run(
    insertRequestRow,
    row.tenant_id,
    row.id,
    row.invitation_id,
    row.name,
    row.mobile,
    row.address,
    row.address_key,
    row.secrets,
    row.state,
    row.client_address,
    row.created_at,
    row.decided_at,
    row.decided_by,
    row.account_id,
  );
  return changed === 1;
}

export async function joinRequestById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<JoinRequestRow | undefined> {
  return reader.get<JoinRequestRow>(selectRequest, tenantId, id);
}

/** Whether a request waits for that address. */
export async function isAddressAwaited(
  reader: SqlReader,
  tenantId: TenantId,
  addressKey: string,
): Promise<boolean> {
  return (await reader.get(selectWaitingFor, tenantId, addressKey)) !== undefined;
}

/** Newest first, below `before`. */
export async function joinRequestPage(
  reader: SqlReader,
  tenantId: TenantId,
  state: JoinState,
  before: number,
  limit: number,
  text: string,
): Promise<JoinRequestRow[]> {
  const pattern = `%${text.replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
  return reader.all<JoinRequestRow>(selectRequests, tenantId, state, before, limit, pattern);
}

export async function waitingRequestCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countWaiting, tenantId))?.n ?? 0;
}

/** Writes a decision and forgets the secrets. False when it was decided before. */
export async function decideRequest(
  tx: SqlTransaction,
  row: Pick<JoinRequestRow, 'tenant_id' | 'id'>,
  decision: {
    readonly state: 'approved' | 'refused';
    readonly at: number;
    readonly by: string;
    readonly accountId: AccountId | null;
    readonly address: string;
  },
): Promise<boolean> {
  const { state, at, by, accountId, address } = decision;
  return (await tx.run(decideRow, row.tenant_id, row.id, state, at, by, accountId, address)) === 1;
}
