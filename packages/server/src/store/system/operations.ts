import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type SqlTransaction, statement } from '../sql/port.ts';

export interface OperationRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  /** Null for the server and the command line. */
  readonly actor_id: AccountId | null;
  /** Who, in words that outlive the account. */
  readonly actor: string;
  /** Stable dotted name, for instance `member.disabled`. */
  readonly action: string;
  readonly target_kind: string;
  readonly target: string;
  readonly client_address: string | null;
  /** JSON. */
  readonly details: string;
}

const columns = 'tenant_id, id, at, actor_id, actor, action, target_kind, target, client_address, details';
const insertRow = statement(
  `INSERT INTO operation (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);

export async function insertOperation(tx: SqlTransaction, row: OperationRow): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.at,
    row.actor_id,
    row.actor,
    row.action,
    row.target_kind,
    row.target,
    row.client_address,
    row.details,
  );
}
