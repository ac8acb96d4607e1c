import type { Scope } from '../../access/scope.ts';
import {
  destroyedMessages,
  type TouchedRow,
  touchedMessages,
} from '../../store/accounts/emails/filing-rows.ts';
import type { MailboxContext } from '../context.ts';
import type { MessageId, ThreadId } from '../types.ts';
import type { EmailIndex } from './email-index.ts';
import type { EmailIndexes } from './email-indexes.ts';
import {
  type ChangePoint,
  endOf,
  nextPage,
  type ObjectChanges,
  readStates,
  requireTellable,
} from './states.ts';

const everything = 0x7fff_ffff;

/**
 * Emails that were created, changed or destroyed since a point, oldest change first, at most `max` (RFC 8621 §4.3). Throws
 * `conflict.state` when that cannot be told.
 */
export async function emailChanges(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
  since: ChangePoint,
  max: number,
): Promise<ObjectChanges> {
  return indexes.read(ctx, scope, async (index, reader) => {
    const states = await readStates(reader, scope);
    requireTellable(since, states);
    const inside = since.after > 0;
    const found = await touchedMessages(
      reader,
      inside ? since.modseq - 1 : since.modseq,
      inside ? everything : max + 1,
    );
    const rows = found.filter(row => row.modseq > since.modseq || row.messageId > since.after);
    const told = rows.slice(0, max);
    const more = rows.length > max;
    const last = told.at(-1);
    const to: ChangePoint =
      more && last ? { modseq: last.modseq, next: since.next, after: last.messageId } : states.email;
    return { ...sort(told, index, since), to, more };
  });
}

function sort(
  rows: readonly TouchedRow[],
  index: EmailIndex,
  since: ChangePoint,
): Pick<ObjectChanges, 'created' | 'updated' | 'destroyed'> {
  const created: MessageId[] = [];
  const updated: MessageId[] = [];
  const destroyed: MessageId[] = [];
  for (const { messageId } of rows) {
    const isNew = messageId >= since.next;
    if (index.email(messageId)) (isNew ? created : updated).push(messageId);
    // While a client is half way it may have been told of a message that is gone by now.
    else if (!isNew || since.after > 0) destroyed.push(messageId);
  }
  return { created, updated, destroyed };
}

/** Threads that were made, got or lost emails, or went since a point (RFC 8621 §3.2). Throws `conflict.state`. */
export async function threadChanges(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
  since: ChangePoint,
  max: number,
): Promise<ObjectChanges> {
  return indexes.read(ctx, scope, async (index, reader) => {
    const states = await readStates(reader, scope);
    requireTellable(since, states);
    const until = endOf(since, states.thread, states.modseq);
    const losses = await destroyedMessages(reader, since.modseq, until.modseq);
    const threads = new Set<ThreadId>(losses.map(row => row.threadId));
    for (const { messageId } of await touchedMessages(reader, since.modseq, everything)) {
      const email = index.email(messageId);
      if (email && messageId >= since.next && messageId < until.next) threads.add(email.threadId);
    }
    const page = nextPage(since, states.thread, states.modseq, threads, max);
    const told = [...page.told];
    const there = (id: ThreadId): boolean => index.thread(id).length > 0;
    return {
      created: told.filter(id => id >= since.next && there(id)),
      updated: told.filter(id => id < since.next && there(id)),
      // While a client is half way it may have been told of a thread that is gone by now.
      destroyed: told.filter(id => (id < since.next || since.after > 0) && !there(id)),
      to: page.to,
      more: page.more,
    };
  });
}

/** What a query has to look at again, see `queryDelta`: emails touched since a point, and those that are gone. */
export interface Touched {
  readonly touched: Set<MessageId>;
  readonly gone: MessageId[];
}

/** As `Touched`; with `threads`, all emails of the threads that were touched as well. Null when it cannot be told. */
export async function touchedSince(
  index: EmailIndex,
  reader: Parameters<typeof touchedMessages>[0] & Parameters<typeof readStates>[0],
  scope: Scope,
  since: ChangePoint,
  threads: boolean,
): Promise<Touched | null> {
  const states = await readStates(reader, scope);
  if (since.modseq < states.floor || since.modseq > states.modseq || since.after > 0) return null;
  const touched = new Set<MessageId>();
  const gone: MessageId[] = [];
  for (const { messageId } of await touchedMessages(reader, since.modseq, everything)) {
    const email = index.email(messageId);
    if (!email) gone.push(messageId);
    else if (threads) for (const other of index.thread(email.threadId)) touched.add(other.id);
    else touched.add(messageId);
  }
  if (threads) {
    for (const { threadId } of await destroyedMessages(reader, since.modseq, states.modseq)) {
      for (const other of index.thread(threadId)) touched.add(other.id);
    }
  }
  return { touched, gone };
}
