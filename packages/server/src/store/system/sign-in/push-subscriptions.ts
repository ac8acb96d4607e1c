import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface PushSubscriptionRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly id: number;
  readonly device_client_id: string;
  readonly url: string;
  /** Keys of RFC 8291, base64url; null: what is pushed is not encrypted. */
  readonly p256dh: string | null;
  readonly auth: string | null;
  /** JSON of type names; null: all. */
  readonly types: string | null;
  /** What the client has to show that it receives what is pushed. */
  readonly code: string;
  readonly verified: number;
  readonly expires_at: number;
  /** JSON: the states that were pushed last. */
  readonly told: string;
  readonly credential_kind: 'session' | 'password' | 'client-password';
  readonly credential_id: string;
}

const columns = `tenant_id, account_id, id, device_client_id, url, p256dh, auth, types, code, verified, expires_at, told,
  credential_kind, credential_id`;
const insertRow = statement(
  `INSERT INTO push_subscription (${columns})
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);
const selectOfAccount = statement(
  `SELECT ${columns} FROM push_subscription
   WHERE tenant_id = $1 AND account_id = $2 AND expires_at > $3 ORDER BY id`,
);
const selectOwners = statement(
  'SELECT DISTINCT tenant_id, account_id FROM push_subscription WHERE expires_at > $1 AND verified = 1',
);
const updateRow = statement(
  `UPDATE push_subscription SET types = $4, verified = $5, expires_at = $6
   WHERE tenant_id = $1 AND account_id = $2 AND id = $3`,
);
const updateTold = statement(
  `UPDATE push_subscription SET told = $5
   WHERE tenant_id = $1 AND account_id = $2 AND id = $3 AND told = $4`,
);
const deleteRow = statement(
  'DELETE FROM push_subscription WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const deleteExpired = statement('DELETE FROM push_subscription WHERE expires_at <= $1');

type Key = Pick<PushSubscriptionRow, 'tenant_id' | 'account_id' | 'id'>;

/** Inserts one, and removes whatever expired before `now`. */
export async function insertPushSubscription(
  tx: SqlTransaction,
  row: PushSubscriptionRow,
  now: number,
): Promise<void> {
  await tx.run(deleteExpired, now);
  await tx.run(
    insertRow,
    row.tenant_id,
    row.account_id,
    row.id,
    row.device_client_id,
    row.url,
    row.p256dh,
    row.auth,
    row.types,
    row.code,
    row.verified,
    row.expires_at,
    row.told,
    row.credential_kind,
    row.credential_id,
  );
}

/** An account's subscriptions that have not expired, oldest first. */
export async function pushSubscriptionsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<PushSubscriptionRow[]> {
  return reader.all<PushSubscriptionRow>(selectOfAccount, tenantId, accountId, now);
}

/** Accounts that something is pushed to. */
export async function pushSubscribers(
  reader: SqlReader,
  now: number,
): Promise<{ readonly tenant_id: TenantId; readonly account_id: AccountId }[]> {
  return reader.all(selectOwners, now);
}

/** Writes types, verification and expiry. */
export async function updatePushSubscription(tx: SqlTransaction, row: PushSubscriptionRow): Promise<void> {
  await tx.run(updateRow, row.tenant_id, row.account_id, row.id, row.types, row.verified, row.expires_at);
}

/** Moves what was told on; false when another process did so first. */
export async function movePushTold(
  tx: SqlTransaction,
  row: Key & Pick<PushSubscriptionRow, 'told'>,
  told: string,
): Promise<boolean> {
  return (await tx.run(updateTold, row.tenant_id, row.account_id, row.id, row.told, told)) === 1;
}

/** False when there is none of that id. */
export async function deletePushSubscription(tx: SqlTransaction, row: Key): Promise<boolean> {
  return (await tx.run(deleteRow, row.tenant_id, row.account_id, row.id)) === 1;
}
