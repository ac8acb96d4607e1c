import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, type SqlValue, statement } from '../sql/port.ts';

/** The row of `account_state`, as read. */
export interface AccountState {
  /** The account's change counter: highest modseq given out (RFC 7162 §3.1). */
  readonly modseq: number;
  /** Changes at or below it cannot be told completely: tombstones were pruned, or the epoch was raised. */
  readonly floor: number;
  /** Lowest modseq that any row is taken to have; raised with the epoch, when rows may have gone back in time. */
  readonly base: number;
  /** Highest modseq per type, for JMAP states. */
  readonly mailModseq: number;
  readonly mailboxModseq: number;
  readonly threadModseq: number;
  readonly nextMessage: number;
  readonly nextMailbox: number;
  readonly nextKeyword: number;
  readonly lastUidValidity: number;
  readonly usedBytes: number;
  readonly usedCount: number;
  readonly epoch: number;
  readonly clean: boolean;
  readonly bootId: string;
  /** When tombstones were last pruned, ms since the epoch. */
  readonly prunedAt: number;
}

export type MutableAccountState = { -readonly [Key in keyof AccountState]: AccountState[Key] };

/** What the epoch rule leaves free, so that nothing a client may have seen is given out again. */
export const epochGap = {
  /** After a stop without goodbye: only changes of flags can be lost, which take modseqs. UIDs as a second fence. */
  unclean: { modseq: 1_000_000, uid: 1_000 },
  /** After a restore from a backup: everything since then is lost. */
  restored: { modseq: 1_000_000_000, uid: 1_000_000 },
} as const;

/** Written in place of a boot id by a restore: no process has it, so the next write raises the epoch. */
export const restoredMark = 'restored';

const select = statement(
  `SELECT modseq, floor_modseq, base_modseq, mail_modseq, mailbox_modseq, thread_modseq, next_message, next_mailbox,
     next_keyword, last_uidvalidity, used_bytes, used_count, epoch, clean, boot_id, pruned_at
   FROM account_state WHERE account_id = $1`,
);
const selectLocked = statement({ sqlite: select.sqlite, postgres: `${select.postgres} FOR UPDATE` });
const insert = statement(
  `INSERT INTO account_state (account_id, modseq, floor_modseq, base_modseq, mail_modseq, mailbox_modseq, thread_modseq,
     next_message, next_mailbox, next_keyword, last_uidvalidity, used_bytes, used_count, epoch, clean, boot_id,
     pruned_at, created_at)
   VALUES ($1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, $2, $3, $3) ON CONFLICT DO NOTHING`,
);
const update = statement(
  `UPDATE account_state SET modseq = $2, floor_modseq = $3, base_modseq = $4, mail_modseq = $5, mailbox_modseq = $6,
     thread_modseq = $7, next_message = $8, next_mailbox = $9, next_keyword = $10, last_uidvalidity = $11,
     used_bytes = $12, used_count = $13, epoch = $14, clean = $15, boot_id = $16, pruned_at = $17
   WHERE account_id = $1`,
);
const raiseUidNext = statement('UPDATE mailbox SET uidnext = uidnext + $2 WHERE account_id = $1');
const markClean = statement('UPDATE account_state SET clean = 1 WHERE boot_id = $1 AND clean = 0');

/** Reads the row; null when the account is not in this database. */
export async function readState(reader: SqlReader, accountId: AccountId): Promise<AccountState | null> {
  const row = (await reader.arrays(select, accountId))[0];
  return row ? stateOf(row) : null;
}

function stateOf(row: readonly SqlValue[]): AccountState {
  const n = row as readonly number[];
  return {
    modseq: n[0] ?? 0,
    floor: n[1] ?? 0,
    base: n[2] ?? 0,
    mailModseq: n[3] ?? 0,
    mailboxModseq: n[4] ?? 0,
    threadModseq: n[5] ?? 0,
    nextMessage: n[6] ?? 0,
    nextMailbox: n[7] ?? 0,
    nextKeyword: n[8] ?? 0,
    lastUidValidity: n[9] ?? 0,
    usedBytes: n[10] ?? 0,
    usedCount: n[11] ?? 0,
    epoch: n[12] ?? 0,
    clean: n[13] === 1,
    bootId: String(row[14]),
    prunedAt: n[15] ?? 0,
  };
}

/** As `readState`, but throws `account.not_found`. */
export async function requireState(reader: SqlReader, accountId: AccountId): Promise<AccountState> {
  const state = await readState(reader, accountId);
  if (!state) throw new MailError('account.not_found', { account: accountId });
  return state;
}

/**
 * As `requireState`, and nobody else changes the account until the transaction ends: every transaction begins with it.
 * Where many write at a time, what is read after it is what the one before left.
 */
export async function lockState(tx: SqlTransaction, accountId: AccountId): Promise<AccountState> {
  const row = (await tx.arrays(selectLocked, accountId))[0];
  if (!row) throw new MailError('account.not_found', { account: accountId });
  return stateOf(row);
}

/** Makes the row of a new account, in use by the process group `bootId`. Returns whether it was missing. */
export async function insertState(
  tx: SqlTransaction,
  accountId: AccountId,
  bootId: string,
  now: number,
): Promise<boolean> {
  return (await tx.run(insert, accountId, bootId, now)) === 1;
}

export async function writeState(
  tx: SqlTransaction,
  accountId: AccountId,
  state: AccountState,
): Promise<void> {
  await tx.run(
    update,
    accountId,
    state.modseq,
    state.floor,
    state.base,
    state.mailModseq,
    state.mailboxModseq,
    state.threadModseq,
    state.nextMessage,
    state.nextMailbox,
    state.nextKeyword,
    state.lastUidValidity,
    state.usedBytes,
    state.usedCount,
    state.epoch,
    state.clean ? 1 : 0,
    state.bootId,
    state.prunedAt,
  );
}

/** Whether a write by the group `bootId` has to mark the account first, and so needs a durable commit. */
export function needsMark(state: AccountState, bootId: string): boolean {
  return state.clean || state.bootId !== bootId;
}

/** As `needsMark`, where a database server keeps what was committed whatever becomes of a process: only after a restore. */
export function needsRestoreMark(state: AccountState): boolean {
  return state.bootId === restoredMark;
}

/**
 * Marks the account as in use by the process group `bootId`. When another group had left it in use, that group died
 * without goodbye (or the file comes from a backup): the epoch rule leaves gaps and raises floor and base, so that
 * clients compare everything instead of believing numbers that may have been given out twice.
 */
export async function markInUse(
  tx: SqlTransaction,
  accountId: AccountId,
  state: MutableAccountState,
  bootId: string,
): Promise<{ readonly raised: boolean }> {
  const raised = !state.clean && state.bootId !== bootId;
  if (raised) {
    const gap = state.bootId === restoredMark ? epochGap.restored : epochGap.unclean;
    const modseq = state.modseq + gap.modseq;
    await tx.run(raiseUidNext, accountId, gap.uid);
    state.modseq = modseq;
    state.floor = modseq;
    state.base = modseq;
    state.mailModseq = modseq;
    state.mailboxModseq = modseq;
    state.threadModseq = modseq;
    state.nextMessage += gap.uid;
    state.nextMailbox += gap.uid;
    state.epoch += 1;
  }
  state.clean = false;
  state.bootId = bootId;
  return { raised };
}

/** Says goodbye for every account of a database that the group `bootId` had in use. Returns how many. */
export async function markAllClean(tx: SqlTransaction, bootId: string): Promise<number> {
  return tx.run(markClean, bootId);
}
