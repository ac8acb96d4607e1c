import { MailError } from '../../../platform/errors.ts';
import type { SqlReader, SqlTransaction } from '../../sql/port.ts';
import type { AccountKey } from '../account-key.ts';
import { type AccountState, insertState, writeState } from '../account-state.ts';
import type { Placement } from '../placement.ts';
import { type AccountTable, accountTables, RowCopier, type RowSource } from './copy-rows.ts';
import type { MovableAccounts } from './movable-accounts.ts';
import { samePlacement } from './moved-mark.ts';

export type MovePhase = 'copying' | 'switching' | 'checking' | 'removing';

export interface MoveProgress {
  readonly phase: MovePhase;
  /** Pass over the rows, from 1. */
  readonly pass: number;
  /** Rows looked at in this pass, and how many of them were written. */
  readonly rows: number;
  readonly changed: number;
}

export interface MoveContext {
  readonly accounts: MovableAccounts;
  /** What the table of placements says; read afresh. */
  placementOf(account: AccountKey): Promise<Placement>;
  /** Writes it there. */
  setPlacement(account: AccountKey, placement: Placement): Promise<void>;
  /** Findings of the checker about the account where it is; empty when it is clean. */
  check(account: AccountKey): Promise<readonly string[]>;
  onProgress?(progress: MoveProgress): void;
  readonly signal?: AbortSignal;
}

export interface MoveResult {
  readonly moved: boolean;
  /** Rows of the account. */
  readonly rows: number;
  /** How long nobody could write to it, ms. */
  readonly heldMs: number;
}

/** Passes before the last one, and how few changes are few. */
const mostPasses = 6;
const fewChanges = 200;
/** Passes while the account is held: the last one has to find nothing to write. */
const mostHeldPasses = 5;

/** Rows of all tables, copied once. */
async function pass(
  copier: RowCopier,
  source: RowSource,
  tables: readonly AccountTable[],
  number: number,
  context: MoveContext,
  phase: MovePhase,
): Promise<{ rows: number; changed: number }> {
  const sum = { rows: 0, changed: 0 };
  for (const table of tables) {
    const { rows, changed } = await copier.copy(
      source,
      table,
      phase === 'copying' ? (context.signal ?? null) : null,
    );
    sum.rows += rows;
    sum.changed += changed;
    context.onProgress?.({ phase, pass: number, ...sum });
  }
  return sum;
}

async function writeTargetState(
  tx: SqlTransaction,
  accountId: number,
  state: AccountState,
  now: number,
): Promise<void> {
  await insertState(tx, accountId, '', now);
  // Left in order: whoever writes next marks it as in use, and no number has to be skipped.
  await writeState(tx, accountId, { ...state, clean: true, bootId: '' });
}

async function refuseFindings(context: MoveContext, account: AccountKey): Promise<void> {
  const findings = await context.check(account);
  if (findings.length === 0) return;
  throw new MailError('store.corrupt', {
    account: account.accountId,
    findings: findings.length,
    first: findings[0] ?? '',
  });
}

/**
 * Moves an account to another place while mail arrives and clients are connected. Its rows are copied while everybody goes
 * on working, again and again until few have changed; then it is held for a moment, the rest is copied, all rows are
 * compared, and a mark in the old place sends everybody to the new one: that commit is the move. The checker has to find
 * nothing before and after, else the old copy stays. Killed at any moment, it goes on when it is called again. One caller at a
 * time for each account.
 */
export async function moveAccount(
  context: MoveContext,
  account: AccountKey,
  to: Placement,
): Promise<MoveResult> {
  const { accounts } = context;
  const written = await context.placementOf(account);
  const now = (await accounts.whereabouts(account, written)) ?? written;
  let result: MoveResult = { moved: false, rows: 0, heldMs: 0 };
  if (!samePlacement(now, to)) {
    await refuseFindings(context, account);
    result = await copyAndSwitch(context, account, now, to);
  }
  if (!samePlacement(written, to)) await context.setPlacement(account, to);
  context.onProgress?.({ phase: 'checking', pass: 1, rows: result.rows, changed: 0 });
  const old = await accounts.leftBehind(account, to, [now, written]);
  if (old.length === 0 && !result.moved) return result;
  await refuseFindings(context, account);
  for (const place of old) {
    context.onProgress?.({ phase: 'removing', pass: 1, rows: result.rows, changed: 0 });
    await accounts.removeFrom(account, place);
  }
  return result;
}

async function copyAndSwitch(
  context: MoveContext,
  account: AccountKey,
  from: Placement,
  to: Placement,
): Promise<MoveResult> {
  const { accounts } = context;
  const { accountId } = account;
  const copy = async (
    target: Parameters<Parameters<MovableAccounts['useAt']>[2]>[0],
  ): Promise<MoveResult> => {
    const copier = new RowCopier(accountId, target.database);
    const reading: RowSource = work =>
      accounts.useAt(account, from, ({ database }) => database.read(work, { account: accountId }));
    const tables = await reading(reader =>
      target.database.read(there => accountTables(reader, there), { account: accountId }),
    );
    for (let number = 1; number <= mostPasses; number += 1) {
      const { changed } = await pass(copier, reading, tables, number, context, 'copying');
      if (changed <= fewChanges) break;
    }
    let rows = 0;
    const since = performance.now();
    await accounts.seal(account, from, to, async (tx, state) => {
      const held: RowSource = <T>(work: (reader: SqlReader) => Promise<T>) => work(tx);
      for (let number = 1; ; number += 1) {
        const sum = await pass(copier, held, tables, number, context, 'switching');
        rows = sum.rows;
        if (sum.changed === 0) break;
        if (number === mostHeldPasses) throw new MailError('store.corrupt', { reason: 'copies differ' });
      }
      await target.database.transact(there => writeTargetState(there, accountId, state, Date.now()), {
        account: accountId,
      });
    });
    return { moved: true, rows, heldMs: Math.round(performance.now() - since) };
  };
  return accounts.useAt(account, to, copy, true);
}
