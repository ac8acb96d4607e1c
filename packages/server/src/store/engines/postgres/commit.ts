import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { MailError } from '../../../platform/errors.ts';
import type { Durability, SqlTransaction } from '../../sql/port.ts';
import { type CommitMark, type CommitMarks, hasMark, leaveMark } from './commit-mark.ts';
import { isLost, isPassing, sqlState } from './failures.ts';
import { noScope } from './fence.ts';
import type { Client } from './pool.ts';
import { Fate, transactionOver } from './transaction.ts';

/** One call of `transact` on its way to a commit. */
export interface Member {
  readonly durability: Durability;
  /** The statements that say whose rows it is about. */
  readonly scope: readonly string[];
  readonly effects: (() => void)[];
  /** Whether its caller has been told. */
  over: boolean;
  /** Runs the work; the outcome is kept until the commit decides. */
  run(tx: SqlTransaction): Promise<void>;
  settle(): void;
  fail(error: unknown): void;
}

/** Key of the advisory lock of the one writer; two parts, of which the second is the schema. */
const writerLock = 0x686f_6e67;

/** Begins, waits for its turn to write, and returns the transaction's number, which tells later whether it was committed. */
export async function begin(
  client: Client,
  alone: boolean,
  relaxed: boolean,
  scope: readonly string[],
  mark: CommitMark | null,
): Promise<string> {
  const steps = ['BEGIN ISOLATION LEVEL READ COMMITTED', ...scope];
  if (relaxed) steps.push('SET LOCAL synchronous_commit = off');
  if (alone)
    steps.push(`SELECT pg_advisory_xact_lock(${writerLock}, hashtext(current_setting('search_path')))`);
  if (mark !== null) steps.push(leaveMark(mark));
  steps.push('SELECT pg_current_xact_id()::text AS id');
  // Several statements in one go give several results.
  const results = (await client.query(steps.join('; '))) as unknown as pg.QueryResult<{ id: string }>[];
  return results.at(-1)?.rows[0]?.id ?? '';
}

/** What the server says of a number that it has not given out, or no longer: nothing of that transaction outlived a crash. */
const neverGiven = '22023';

/** How long to wait for the server to say what became of a commit whose answer was lost, ms. */
const verdictTimeoutMs = 10_000;

/**
 * What became of transaction `id` when the connection was lost during its COMMIT. `unknown` when the server cannot be asked
 * in time or has forgotten it (a standby took over).
 */
async function verdict(
  pool: pg.Pool,
  id: string,
  mark: CommitMark | null,
): Promise<'committed' | 'aborted' | 'unknown'> {
  const deadline = performance.now() + verdictTimeoutMs;
  do {
    try {
      const { rows } = await pool.query<{ status: string | null }>(
        'SELECT pg_xact_status($1::xid8) AS status',
        [id],
      );
      const status = rows[0]?.status;
      if (status === 'aborted') return 'aborted';
      if (status === 'committed')
        return mark === null || (await hasMark(pool, mark)) ? 'committed' : 'aborted';
      if (status !== 'in progress') return 'unknown';
    } catch (error) {
      if (sqlState(error) === neverGiven) return 'aborted';
      if (!isPassing(error)) return 'unknown';
    }
    await sleep(50 + Math.random() * 100);
  } while (performance.now() < deadline);
  return 'unknown';
}

/** Runs the members, each under a savepoint (a lone one needs none), and returns those whose changes stand. */
async function runMembers(client: Client, members: readonly Member[], fate: Fate): Promise<Member[]> {
  const done: Member[] = [];
  const lone = members.length === 1;
  // What one of them names must not hold for the next.
  const scoped = members.some(member => member.scope.length > 0);
  for (const member of members) {
    if (!lone) {
      const steps = scoped ? [...noScope, ...member.scope] : [];
      // Not waited for: where it fails, so does whatever comes after it.
      fate.watch(client.query(['SAVEPOINT member', ...steps].join('; '))).catch(() => undefined);
    }
    try {
      await member.run(transactionOver(client, fate, member.effects));
      if (fate.error) throw fate.error;
      // Fails when the work went on after an error of the server: nothing of it can stand then.
      if (!lone) await fate.watch(client.query('RELEASE SAVEPOINT member'));
      done.push(member);
    } catch (error) {
      // The whole transaction is lost, or the server says so: the others run again with this one.
      if (fate.error) throw fate.error;
      if (lone) await fate.watch(client.query('ROLLBACK'));
      else await fate.watch(client.query('ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member'));
      member.fail(error);
    }
  }
  return done;
}

/** Commits; when the answer is lost, asks whether it happened. Throws a passing error when it did not. */
export async function commit(
  pool: pg.Pool,
  client: Client,
  id: string,
  mark: CommitMark | null,
): Promise<void> {
  try {
    const { command } = await client.query('COMMIT');
    // A transaction in which a statement failed is rolled back by COMMIT, without an error.
    if (command !== 'COMMIT') throw new MailError('store.unavailable', { reason: 'transaction failed' });
  } catch (error) {
    if (!isLost(error)) throw error;
    const happened = await verdict(pool, id, mark);
    if (happened === 'aborted') throw error;
    if (happened === 'unknown') {
      throw new MailError('store.unavailable', { reason: 'commit unknown' }, { cause: error });
    }
  }
}

/** Takes back what is open on a connection after a failure; whether somebody else can have it. */
export async function isUsableAfter(client: Client, error: unknown): Promise<boolean> {
  if (isLost(error)) return false;
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

/**
 * Runs members in one transaction on a connection of its own and tells them. Throws when all of it has to run again, or
 * none of it can: members that are not `over` then still wait for their answer. `alone`: as the only writer. Without
 * `marks` the number of the transaction is believed: for work that does no harm when it is found missing.
 */
export async function commitTogether(
  pool: pg.Pool,
  members: readonly Member[],
  alone: boolean,
  marks: CommitMarks | null,
): Promise<void> {
  const client = await pool.connect();
  let broken = true;
  let mark: CommitMark | null = null;
  try {
    const fate = new Fate();
    const lone = members.length === 1 ? members[0] : undefined;
    const relaxed = members.every(member => member.durability === 'relaxed');
    // What a crash may take all the same needs no proof.
    mark = relaxed ? null : (marks?.take() ?? null);
    // Waited for: of a writer's turn that does not come the work must not hear as of an error of its own.
    const id = await begin(client, alone, relaxed, lone?.scope ?? [], mark);
    const done = await runMembers(client, members, fate);
    if (done.length > 0) await commit(pool, client, id, mark);
    else if (members.length > 1) await client.query('ROLLBACK');
    broken = false;
    for (const member of done) member.settle();
    for (const member of done) for (const effect of member.effects) effect();
  } catch (error) {
    broken = !(await isUsableAfter(client, error));
    throw error;
  } finally {
    if (mark !== null) marks?.release(mark);
    client.release(broken);
  }
}
