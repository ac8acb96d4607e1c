import type { Clock } from '../../platform/clock.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { BlobLedger } from '../blob-store.ts';
import type { SqlDatabase, SqlTransaction } from '../sql/port.ts';
import {
  countByState,
  expireMessage,
  findByQueueId,
  messagesAfter,
  removeFinishedMessage,
} from './message-rows.ts';
import {
  hastenRecipients,
  holdRecipients,
  kindNumber,
  recipientsOf,
  removeRecipients,
  stateNumber,
} from './recipient-rows.ts';
import type { RecipientKind, RecipientState, SpoolMessage, SpoolMessageId, SpoolRecipient } from './types.ts';

export interface QueueAdminContext {
  readonly database: SqlDatabase;
  readonly blobs: BlobLedger;
  readonly clock: Clock;
}

/** A line of the queue listing: the message and its first recipients. */
export interface QueueEntry {
  readonly message: SpoolMessage;
  readonly recipients: readonly SpoolRecipient[];
  /** Whether there are more recipients than shown. */
  readonly more: boolean;
}

export interface QueueCount {
  readonly kind: RecipientKind;
  readonly state: RecipientState;
  readonly count: number;
  /** Earliest time at which one is due, ms since the epoch. */
  readonly oldest: number;
}

function entry(message: SpoolMessage, recipients: readonly SpoolRecipient[], shown: number): QueueEntry {
  return { message, recipients: recipients.slice(0, shown), more: recipients.length > shown };
}

/** A page of the queue in order of acceptance, after the message with id `after`; at most `limit` messages. */
export async function listQueue(
  context: QueueAdminContext,
  after: SpoolMessageId = 0,
  limit = 100,
  shownRecipients = 10,
): Promise<QueueEntry[]> {
  return context.database.read(async reader => {
    const entries: QueueEntry[] = [];
    for (const message of await messagesAfter(reader, after, limit)) {
      const recipients = await recipientsOf(reader, message.id, 0, shownRecipients + 1);
      entries.push(entry(message, recipients, shownRecipients));
    }
    return entries;
  });
}

/** Everything under a queue id: one entry for each tenant; empty when all is done. */
export async function showQueued(
  context: QueueAdminContext,
  queueId: string,
  shownRecipients = 1000,
): Promise<QueueEntry[]> {
  return context.database.read(async reader => {
    const entries: QueueEntry[] = [];
    for (const message of await findByQueueId(reader, queueId)) {
      const recipients = await recipientsOf(reader, message.id, 0, shownRecipients + 1);
      entries.push(entry(message, recipients, shownRecipients));
    }
    return entries;
  });
}

async function forEachMessage(
  context: QueueAdminContext,
  queueId: string,
  work: (tx: SqlTransaction, message: SpoolMessage) => Promise<number>,
  tenantId: TenantId | null = null,
): Promise<number> {
  return context.database.transact(async tx => {
    let changed = 0;
    for (const message of await findByQueueId(tx, queueId)) {
      if (tenantId === null || message.tenantId === tenantId) changed += await work(tx, message);
    }
    return changed;
  });
}

/** Makes waiting and held recipients of a mail due now; with a tenant only of its part. Returns how many. */
export async function retryQueued(
  context: QueueAdminContext,
  queueId: string,
  tenantId: TenantId | null = null,
): Promise<number> {
  const now = context.clock.now();
  return forEachMessage(context, queueId, (tx, message) => hastenRecipients(tx, message.id, now), tenantId);
}

/** Tries a tenant's part of a mail once more, now; what is not taken goes back to its sender. Returns how many. */
export async function giveBackQueued(
  context: QueueAdminContext,
  queueId: string,
  tenantId: TenantId,
): Promise<number> {
  const now = context.clock.now();
  const work = async (tx: SqlTransaction, message: SpoolMessage): Promise<number> => {
    await expireMessage(tx, message.id, now);
    return hastenRecipients(tx, message.id, now);
  };
  return forEachMessage(context, queueId, work, tenantId);
}

/** Holds the waiting recipients of a mail until `retryQueued`; attempts under way go on. Returns how many. */
export async function holdQueued(context: QueueAdminContext, queueId: string): Promise<number> {
  const now = context.clock.now();
  return forEachMessage(context, queueId, (tx, message) => holdRecipients(tx, message.id, now));
}

/** Removes a mail from the queue without telling anybody. Returns how many recipients it had left. */
export async function removeQueued(context: QueueAdminContext, queueId: string): Promise<number> {
  return forEachMessage(context, queueId, (tx, message) => removeMessage(context, tx, message));
}

async function removeMessage(
  context: QueueAdminContext,
  tx: SqlTransaction,
  message: SpoolMessage,
): Promise<number> {
  const { tenantId, blob } = message;
  for await (const { accountId } of everyRecipient(tx, message)) {
    if (accountId !== null) await context.blobs.released(tx, tenantId, blob.hash, accountId);
  }
  const removed = await removeRecipients(tx, message.id);
  const body = await removeFinishedMessage(tx, message.id);
  if (body !== null) await context.blobs.dropped(tx, body);
  return removed;
}

async function* everyRecipient(
  tx: SqlTransaction,
  message: SpoolMessage,
): AsyncGenerator<SpoolRecipient, void, undefined> {
  const page = 1000;
  for (let after = 0; ; ) {
    const recipients = await recipientsOf(tx, message.id, after, page);
    yield* recipients;
    const last = recipients.at(-1);
    if (!last || recipients.length < page) return;
    after = last.id;
  }
}

/**
 * Takes a mail back that was accepted to be sent later: removes it if nobody has begun with any of its recipients and its
 * time has not come. Returns what was removed, one for each tenant; all or nothing.
 */
export async function takeBackQueued(
  context: QueueAdminContext,
  queueId: string,
): Promise<readonly SpoolMessage[]> {
  const now = context.clock.now();
  return context.database.transact(async tx => {
    const messages = await findByQueueId(tx, queueId);
    for (const message of messages) {
      for await (const { leaseOwner, attempts, due } of everyRecipient(tx, message)) {
        if (leaseOwner !== null || attempts > 0 || due <= now) return [];
      }
    }
    for (const message of messages) await removeMessage(context, tx, message);
    return messages;
  });
}

/** How many recipients are in which state. */
export async function countQueue(context: QueueAdminContext): Promise<QueueCount[]> {
  const kinds = Object.entries(kindNumber) as [RecipientKind, number][];
  const states = Object.entries(stateNumber) as [RecipientState, number][];
  return (await countByState(context.database)).map(row => ({
    kind: kinds.find(([, number]) => number === row.kind)?.[0] ?? 'local',
    state: states.find(([, number]) => number === row.state)?.[0] ?? 'held',
    count: row.count,
    oldest: row.oldest,
  }));
}
