import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/** An account some of whose mail comes back at `due_at` or later. */
export interface SnoozeDueRow {
  readonly tenant_id: number;
  readonly account_id: number;
  readonly due_at: number;
  readonly version: number;
}

const note = statement(
  `INSERT INTO snooze_due (tenant_id, account_id, due_at, version) VALUES ($1, $2, $3, 1)
   ON CONFLICT (tenant_id, account_id) DO UPDATE SET version = snooze_due.version + 1,
     due_at = CASE WHEN excluded.due_at < snooze_due.due_at THEN excluded.due_at ELSE snooze_due.due_at END`,
);
const selectDue = statement(
  'SELECT tenant_id, account_id, due_at, version FROM snooze_due WHERE due_at <= $1 ORDER BY due_at LIMIT $2',
);
const postpone = statement(
  'UPDATE snooze_due SET due_at = $4 WHERE tenant_id = $1 AND account_id = $2 AND version = $3',
);
const remove = statement('DELETE FROM snooze_due WHERE tenant_id = $1 AND account_id = $2 AND version = $3');

/** Notes that mail of an account comes back at `at`, ms; an earlier note stays. */
export async function noteSnoozeDue(
  tx: SqlTransaction,
  tenantId: number,
  accountId: number,
  at: number,
): Promise<void> {
  await tx.run(note, tenantId, accountId, at);
}

/** Accounts whose time has come, the earliest first. */
export async function dueSnoozes(reader: SqlReader, now: number, limit: number): Promise<SnoozeDueRow[]> {
  return reader.all<SnoozeDueRow>(selectDue, now, limit);
}

/** Puts the next time in place of what `row` says, null for none; nothing happens when something was noted since. */
export async function settleSnoozeDue(
  tx: SqlTransaction,
  row: SnoozeDueRow,
  next: number | null,
): Promise<void> {
  const { tenant_id: tenantId, account_id: accountId, version } = row;
  if (next === null) await tx.run(remove, tenantId, accountId, version);
  else await tx.run(postpone, tenantId, accountId, version, next);
}
