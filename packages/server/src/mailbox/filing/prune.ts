import { randomInt } from 'node:crypto';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { removeOldDeliveries } from '../../store/accounts/delivery-rows.ts';
import { maxThreadRef, removeDeadRefs } from '../../store/accounts/thread-rows.ts';
import { prunableModseq, removeVanished } from '../../store/accounts/vanished-rows.ts';
import type { MailboxContext } from '../context.ts';
import { forgetDeleted } from './deleted-copy.ts';

/** Least time between two prunings of an account, ms. */
const interval = 24 * 60 * 60 * 1000;
/** Tombstones removed in one transaction, about. What is left goes with the next one. */
const tombstonesAtATime = 5_000;
/** Thread references looked at in one go: everybody gets a turn, for where it begins is random. */
const refsAtATime = 5_000;

/**
 * Once a day, in a transaction that is under way: removes tombstones past the limits of age and number (and raises the
 * floor to them), deliveries that no retry can bring again, references to threads that are gone, and what cannot be
 * restored any more.
 */
export async function pruneIfDue(ctx: MailboxContext, tx: AccountTransaction): Promise<boolean> {
  const now = ctx.clock.now();
  // A clock that was set back must not stop the pruning for ever.
  if (Math.abs(now - tx.state.prunedAt) < interval) return false;
  const { maxTombstones, maxTombstoneAgeMs, deliveryMemoryMs } = ctx.limits;
  const oldest = now - maxTombstoneAgeMs;
  const { modseq, more } = await prunableModseq(tx, oldest, maxTombstones, tombstonesAtATime);
  if (modseq > 0) await removeVanished(tx, modseq);
  tx.prunedTo(modseq, more ? tx.state.prunedAt : now);
  if (more) return true;
  await removeOldDeliveries(tx, now - deliveryMemoryMs);
  await removeDeadRefs(tx, randomInt(maxThreadRef), refsAtATime);
  await forgetDeleted(tx, now - ctx.limits.deletedKeepMs, now);
  return true;
}
