import { type SqlTransaction, statement } from '../../sql/port.ts';

const take = statement(
  `INSERT INTO work_lease (name, holder, expires_at) VALUES ($1, $2, $3)
   ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
   WHERE work_lease.holder = excluded.holder OR work_lease.expires_at <= $4 OR work_lease.expires_at > $5`,
);
const end = statement('DELETE FROM work_lease WHERE name = $1 AND holder = $2');

/**
 * Takes or prolongs the lease on a piece of work until `now + forMs`; tells whether `holder` has it. A lease that runs
 * longer than twice that from now was written before the clock was set back, and is void.
 */
export async function takeWorkLease(
  tx: SqlTransaction,
  name: string,
  holder: string,
  now: number,
  forMs: number,
): Promise<boolean> {
  return (await tx.run(take, name, holder, now + forMs, now, now + 2 * forMs)) > 0;
}

/** Gives the lease back, if it is still held. */
export async function endWorkLease(tx: SqlTransaction, name: string, holder: string): Promise<void> {
  await tx.run(end, name, holder);
}
