import { hash } from 'node:crypto';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { mergeThreads, putThreadRefs, threadsOf } from '../../store/accounts/thread-rows.ts';

/** What decides about a message's thread. Message ids without angle brackets. */
export interface ThreadClues {
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** Base subject (RFC 5256 §2.1). */
  readonly baseSubject: string;
}

/** References that are looked at, newest first: a chain of thousands is no reason to read thousands of rows. */
const maxReferences = 32;
/** Bits of a reference hash: as many as fit a safe integer. */
const hashBytes = 6;

function refOf(id: string, subject: string): number {
  return Number.parseInt(hash('sha256', `${id}\0${subject}`, 'hex').slice(0, hashBytes * 2), 16);
}

/**
 * The thread a message belongs to: it shares a message id with its other messages (as Message-ID, In-Reply-To or
 * References) and has the same base subject (RFC 8621 §3). Starts a thread named after the message when there is none.
 *
 * When the message joins several threads it goes to the oldest, and so will whatever refers to any of them from now on.
 * The messages already filed stay where they are: a THREADID never changes once told (RFC 8474 §5.2), nor does JMAP's.
 */
export async function assignThread(
  tx: AccountTransaction,
  messageId: number,
  clues: ThreadClues,
): Promise<number> {
  const subject = clues.baseSubject.normalize('NFKC').toLowerCase();
  const ids = [
    ...(clues.messageId === null ? [] : [clues.messageId]),
    ...clues.inReplyTo.slice(0, maxReferences),
    ...clues.references.slice(-maxReferences).toReversed(),
  ];
  const refs = new Map(
    [...new Set(ids)].slice(0, maxReferences).map(id => [id, refOf(id, subject)] as const),
  );
  const found = await threadsOf(tx, [...refs.values()]);
  const thread = found.length === 0 ? messageId : Math.min(...found);
  // Its own id, what it answers and the root are enough to be found by; the more rows, the more pages each append writes.
  const own = clues.messageId === null ? [] : [clues.messageId];
  const parent = clues.inReplyTo[0] ?? clues.references.at(-1);
  const root = clues.references[0];
  const kept = new Set([...own, parent, root].filter(id => id !== undefined));
  if (found.length > 1) await mergeThreads(tx, found, thread);
  const keys = [...kept].map(id => refs.get(id) ?? refOf(id, subject));
  await putThreadRefs(tx, [...new Set(keys)], thread);
  return thread;
}
