import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Migration } from '../sql/migrate.ts';
import { type SqlTransaction, statement } from '../sql/port.ts';

/**
 * `maildrop_lease`: which POP3 session has an account's maildrop to itself (RFC 1939 §3), in whichever process it runs. A
 * session prolongs its lease while it lives, so that the death of a process frees what it held.
 */
export function maildropLeaseMigration(version: number): Migration {
  return {
    version,
    name: 'maildrop leases',
    up: [
      statement(`CREATE TABLE maildrop_lease (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        holder TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id))`),
    ],
  };
}

/** Whose lease on what. `holder` is different for every session. */
export interface MaildropHolder {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly holder: string;
}

const take = statement(
  `INSERT INTO maildrop_lease (tenant_id, account_id, holder, expires_at) VALUES ($1, $2, $3, $4)
   ON CONFLICT (tenant_id, account_id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
   WHERE maildrop_lease.expires_at <= $5 OR maildrop_lease.expires_at > $6`,
);
const prolong = statement(
  'UPDATE maildrop_lease SET expires_at = $4 WHERE tenant_id = $1 AND account_id = $2 AND holder = $3',
);
const end = statement('DELETE FROM maildrop_lease WHERE tenant_id = $1 AND account_id = $2 AND holder = $3');

/**
 * Takes the lease until `now + forMs` unless somebody has it; tells whether it was taken. One that runs longer than twice
 * that from now was written before the clock was set back, and is void.
 */
export async function takeMaildropLease(
  tx: SqlTransaction,
  who: MaildropHolder,
  now: number,
  forMs: number,
): Promise<boolean> {
  const { tenantId, accountId, holder } = who;
  return (await tx.run(take, tenantId, accountId, holder, now + forMs, now, now + 2 * forMs)) > 0;
}

/** Moves the end of the lease; false when somebody else has it. */
export async function prolongMaildropLease(
  tx: SqlTransaction,
  who: MaildropHolder,
  until: number,
): Promise<boolean> {
  return (await tx.run(prolong, who.tenantId, who.accountId, who.holder, until)) > 0;
}

/** Gives the lease back, if it is still held. */
export async function endMaildropLease(tx: SqlTransaction, who: MaildropHolder): Promise<void> {
  await tx.run(end, who.tenantId, who.accountId, who.holder);
}
