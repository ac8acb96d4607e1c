import type pg from 'pg';
import { isMailError } from '../../../platform/errors.ts';
import type { SqlReader } from '../../sql/port.ts';
import { begin, commit, isUsableAfter, type Member } from './commit.ts';
import type { CommitMark, CommitMarks } from './commit-mark.ts';
import { accountsStep } from './fence.ts';
import type { OfAccount } from './gathering.ts';
import { Lockstep } from './lockstep.ts';
import type { Client } from './pool.ts';
import { Fate } from './transaction.ts';

/** Work on the rows of one account that may share a transaction with work on those of others. */
export interface AccountMember extends Member, OfAccount {}

/** A few small reads of one account that may share a snapshot with those of others. */
export interface AccountLook extends OfAccount {
  /** Reads and tells its caller. */
  run(reader: SqlReader): Promise<void>;
  /** Does it again in a snapshot of its own and tells its caller. Never rejects. */
  readonly alone: () => Promise<void>;
  fail(error: unknown): void;
}

/** How every snapshot begins. */
export const beginRead = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Runs all side by side. Returns those that are through, and whether what was done may stand. */
async function runInStep(
  client: Client,
  members: readonly AccountMember[],
  fate: Fate,
): Promise<{ readonly done: Member[]; readonly stands: boolean }> {
  const steps = new Lockstep(client, fate);
  const done: Member[] = [];
  const refused: { readonly member: Member; readonly error: unknown }[] = [];
  let undo = false;
  await Promise.all(
    members.map(async member => {
      let wrote = false;
      try {
        await steps.join(
          tx => member.run({ ...tx, afterCommit: effect => member.effects.push(effect) }),
          () => (wrote = true),
        );
        done.push(member);
      } catch (error) {
        if (wrote) undo = true;
        refused.push({ member, error });
      }
    }),
  );
  if (fate.error) throw fate.error;
  if (undo || steps.broken) return { done, stands: false };
  for (const { member, error } of refused) member.fail(error);
  return { done, stands: true };
}

/**
 * Runs work on different accounts in one transaction, all of it at the same time over one connection, so that a round trip
 * and a commit serve them all. The members have to be in the order of their accounts, each of which occurs once: each
 * begins by locking its account's row, and two such transactions then never wait for each other. Returns false, and
 * nothing happened, when one of them failed after it had changed something: then each has to run alone. Throws as
 * `commitTogether`.
 */
export async function commitInStep(
  pool: pg.Pool,
  members: readonly AccountMember[],
  marks: CommitMarks | null,
): Promise<boolean> {
  const client = await pool.connect();
  let broken = true;
  const mark: CommitMark | null = marks?.take() ?? null;
  try {
    const fate = new Fate();
    const begun = begin(client, false, false, [accountsStep(members.map(({ account }) => account))], mark);
    // Who waits for it hears of its failure.
    begun.catch(() => undefined);
    const { done, stands } = await runInStep(client, members, fate);
    const id = await begun;
    if (stands && done.length > 0) await commit(pool, client, id, mark);
    else await client.query('ROLLBACK');
    broken = false;
    if (!stands) return false;
    for (const member of done) member.settle();
    for (const member of done) for (const effect of member.effects) effect();
    return true;
  } catch (error) {
    broken = !(await isUsableAfter(client, error));
    throw error;
  } finally {
    if (mark !== null) marks?.release(mark);
    client.release(broken);
  }
}

/**
 * Reads of different accounts in one snapshot, all at the same time over one connection. Returns those that have to be done
 * alone: all that were not through when a statement failed. Never rejects.
 */
export async function readInStep(pool: pg.Pool, looks: readonly AccountLook[]): Promise<AccountLook[]> {
  let client: Client;
  try {
    client = await pool.connect();
  } catch {
    return [...looks];
  }
  const begun = client.query([beginRead, accountsStep(looks.map(({ account }) => account))].join('; '));
  begun.catch(() => undefined);
  const left: AccountLook[] = [];
  const steps = new Lockstep(client, new Fate());
  await Promise.all(
    looks.map(async look => {
      try {
        await steps.join(
          reader => look.run(reader),
          () => undefined,
        );
      } catch (error) {
        // What the work itself refuses stands; what the server does not like may be another's fault.
        if (isMailError(error)) look.fail(error);
        else left.push(look);
      }
    }),
  );
  const over = await client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
  client.release(!over);
  return left;
}
