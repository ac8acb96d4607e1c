import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { BlobLedger } from '../blob-store.ts';
import type { SqlDatabase, SqlTransaction } from '../sql/port.ts';
import {
  findMessage,
  insertMessage,
  pendingFor,
  removeFinishedMessage,
  takeMessageIds,
} from './message-rows.ts';
import {
  claimRecipients,
  countRecipients,
  earliestDue,
  failRecipient,
  finishRecipients,
  insertRecipient,
  messageIdOf,
  postponeRecipient,
  type RecipientCount,
  recipientRange,
  recipientsOf,
  recipientsPerMessage,
  releaseAllRecipients,
  releaseNodeRecipients,
  releaseRecipients,
  renewRecipient,
  settleRecipient,
} from './recipient-rows.ts';
import type {
  ClaimedMessage,
  DeliveryError,
  NewRecipient,
  NewSpoolMessage,
  RecipientDetails,
  RecipientKind,
  SpoolMessage,
  SpoolMessageId,
  SpoolRecipient,
  SpoolRecipientId,
} from './types.ts';

export interface SpoolContext {
  /** `spool.db`, migrated; the same that the blob store uses. */
  readonly database: SqlDatabase;
  readonly blobs: BlobLedger;
  readonly clock: Clock;
  /** Name of this process, as given to the blob store. */
  readonly owner: string;
  readonly options?: SpoolOptions;
}

export interface SpoolOptions {
  /** How long recipients stay with a process that does not renew them, in ms. Default 2 minutes. */
  readonly leaseMs?: number;
  /** Messages with more recipients than this are left to all processes instead of the one that accepts. Default 50. */
  readonly fanOut?: number;
}

export interface AcceptOptions {
  /** Take the recipients at once (default), so that this process delivers without asking the queue. */
  readonly claim?: boolean;
  /** Recipients that this message settles (a bounce for them, a report): removed in the same transaction. */
  readonly settles?: readonly SpoolRecipientId[];
}

/** A call of `complete` that waits to be done together with others. */
interface Finishing {
  readonly ids: readonly SpoolRecipientId[];
  readonly resolve: (finished: SpoolRecipientId[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Ids are taken from the database in blocks of this many. */
const idBlock = 256;

/** The queue of accepted mail. Everything a method did is durable when it resolves. */
export class Spool {
  readonly #database: SqlDatabase;
  readonly #blobs: BlobLedger;
  readonly #clock: Clock;
  readonly #owner: string;
  /** How long a lease holds without renewal, ms. */
  readonly leaseMs: number;
  readonly #fanOut: number;
  #nextId = 0;
  #idsLeft = 0;
  #taking: Promise<void> | null = null;
  /** Recipients that have their message, of one turn. */
  readonly #finishing: Finishing[] = [];

  constructor(context: SpoolContext) {
    this.#database = context.database;
    this.#blobs = context.blobs;
    this.#clock = context.clock;
    this.#owner = context.owner;
    this.leaseMs = context.options?.leaseMs ?? 2 * 60 * 1000;
    this.#fanOut = context.options?.fanOut ?? 50;
  }

  /**
   * Takes responsibility for a mail: one transaction that records its bodies, links them to local recipients, queues
   * everything and removes what it settles. After it resolves the answer is 250. Returns what this process has
   * claimed for itself; the rest falls due at once for whoever asks first. Throws `store.busy` when a body was
   * collected since it was sealed (the client sends again).
   */
  async accept(messages: readonly NewSpoolMessage[], options: AcceptOptions = {}): Promise<ClaimedMessage[]> {
    for (const message of messages) {
      const count = message.recipients.length;
      if (count === 0 || count >= recipientsPerMessage) {
        throw new MailError('input.invalid', { reason: 'number of recipients', count });
      }
    }
    const first = await this.#takeIds(messages.length);
    return this.#database.transact(async tx => {
      const claimed: ClaimedMessage[] = [];
      for (const [i, message] of messages.entries()) {
        const work = await this.#insert(tx, first + i, message, options.claim ?? true);
        if (work) claimed.push(work);
      }
      if (options.settles) await this.#settle(tx, options.settles);
      return claimed;
    });
  }

  /**
   * Leases up to `limit` recipients that are due, oldest first, together with their messages. Also takes what a dead
   * process had. `exclude`: destinations that have enough to do.
   */
  async claimDue(
    kind: RecipientKind,
    limit: number,
    exclude: readonly string[] = [],
  ): Promise<ClaimedMessage[]> {
    const now = this.#clock.now();
    const leaseUntil = now + this.leaseMs;
    // An idle queue costs a look, not a transaction.
    const due = await earliestDue(this.#database, kind);
    if (due === null || due > now) return [];
    return this.#database.transact(async tx => {
      const request = { owner: this.#owner, kind, now, leaseUntil, limit, exclude };
      const recipients = await claimRecipients(tx, request);
      return withMessages(tx, recipients, leaseUntil);
    });
  }

  /** When the next recipient of a kind falls due (or its lease ends); null when none waits. */
  async nextDue(kind: RecipientKind): Promise<number | null> {
    return earliestDue(this.#database, kind);
  }

  /** What the queue holds, by kind and state. */
  async counts(): Promise<RecipientCount[]> {
    return countRecipients(this.#database);
  }

  /** Prolongs leases. Returns the ids that are still ours: others have been taken over and must be let go. */
  async renew(ids: readonly SpoolRecipientId[]): Promise<SpoolRecipientId[]> {
    const until = this.#clock.now() + this.leaseMs;
    return this.#each(ids, (tx, id) => renewRecipient(tx, id, this.#owner, until), 'relaxed');
  }

  /**
   * Recipients that have their message. A message without recipients left goes, and lets go of its body. Returns the
   * ids that were still ours.
   */
  async complete(ids: readonly SpoolRecipientId[]): Promise<SpoolRecipientId[]> {
    if (ids.length === 0) return [];
    return new Promise((resolve, reject) => {
      this.#finishing.push({ ids, resolve, reject });
      if (this.#finishing.length > 1) return;
      // After the I/O callbacks of this turn: a mail to many is done with for dozens of them at the same moment.
      setImmediate(() => void this.#completeAll(this.#finishing.splice(0)));
    });
  }

  /** Another attempt is due at `due`; `details` replaces the recipient's. False when the recipient is no longer ours. */
  async retry(
    id: SpoolRecipientId,
    due: number,
    error: DeliveryError,
    details?: RecipientDetails,
  ): Promise<boolean> {
    return this.#database.transact(tx => postponeRecipient(tx, id, this.#owner, due, error, details));
  }

  /**
   * No more attempts. The recipient stays, `failed`, until its sender has been told: `accept(bounce, {settles})`, or
   * `settle` when nobody is to be told. False when it is no longer ours.
   */
  async fail(id: SpoolRecipientId, error: DeliveryError): Promise<boolean> {
    return this.#database.transact(async tx => {
      const failed = await failRecipient(tx, id, this.#owner, this.#clock.now(), error);
      if (failed) await this.#unlink(tx, id, failed.account_id);
      return failed !== undefined;
    });
  }

  /** Removes recipients, whoever has them and in whatever state. */
  async settle(ids: readonly SpoolRecipientId[]): Promise<void> {
    await this.#database.transact(tx => this.#settle(tx, ids));
  }

  /** Failed recipients of a message that wait to be reported. */
  async failed(id: SpoolMessageId): Promise<SpoolRecipient[]> {
    const all = await this.recipients(id);
    return all.filter(recipient => recipient.state === 'failed');
  }

  async message(id: SpoolMessageId): Promise<SpoolMessage | null> {
    return findMessage(this.#database, id);
  }

  /** A message's recipients that are not done, in order; in pages when `after` (an id of this message) is given. */
  async recipients(
    id: SpoolMessageId,
    after: SpoolRecipientId = 0,
    limit: number = recipientsPerMessage,
  ): Promise<SpoolRecipient[]> {
    return recipientsOf(this.#database, id, after, limit);
  }

  /** Gives back everything this process has: when it stops. Returns how many. */
  async releaseLeases(owner: string = this.#owner): Promise<number> {
    return this.#database.transact(tx => releaseRecipients(tx, owner, this.#clock.now()));
  }

  /**
   * Gives back what processes had that died, without waiting for their leases to end. Only for who knows that nobody is
   * at work: a server that has just taken the data directory; `node`: only what processes of that node had, where others
   * work on the same rows. Returns how many.
   */
  async releaseAbandoned(node?: string): Promise<number> {
    const now = this.#clock.now();
    return this.#database.transact(tx =>
      node === undefined ? releaseAllRecipients(tx, now) : releaseNodeRecipients(tx, node, now),
    );
  }

  /** Body bytes and messages on their way into an account, for the quota check before accepting. */
  async pending(accountId: AccountId): Promise<{ bytes: number; count: number }> {
    return pendingFor(this.#database, accountId);
  }

  async #insert(
    tx: SqlTransaction,
    id: SpoolMessageId,
    message: NewSpoolMessage,
    claim: boolean,
  ): Promise<ClaimedMessage | null> {
    const now = this.#clock.now();
    const leaseUntil = now + this.leaseMs;
    const owner = claim && message.recipients.length <= this.#fanOut ? this.#owner : null;
    const accounts = localAccounts(message.recipients);
    const blobRow = await this.#blobs.record(tx, message.tenantId, message.blob, accounts);
    const row = await insertMessage(tx, id, message, blobRow, now);
    const [base] = recipientRange(id);
    const inserted = await Promise.all(
      message.recipients.map((recipient, i) => {
        const waits = recipient.held === true || (recipient.due ?? now) > now;
        const lease = waits ? null : owner;
        const due = lease === null ? (recipient.due ?? now) : leaseUntil;
        return insertRecipient(tx, base + i, recipient, due, lease);
      }),
    );
    const claimed = inserted.filter(({ leaseOwner }) => leaseOwner !== null);
    return claimed.length > 0 ? { message: row, recipients: claimed, leaseUntil } : null;
  }

  async #settle(tx: SqlTransaction, ids: readonly SpoolRecipientId[]): Promise<void> {
    for (const id of ids) {
      const removed = await settleRecipient(tx, id);
      if (removed) await this.#unlink(tx, id, removed.account_id);
    }
    await this.#removeFinished(tx, ids);
  }

  /** Never rejects: each is told. */
  async #completeAll(waiting: readonly Finishing[]): Promise<void> {
    const work = async (tx: SqlTransaction): Promise<ReadonlySet<SpoolRecipientId>> => {
      const finished = await finishRecipients(
        tx,
        waiting.flatMap(({ ids }) => ids),
        this.#owner,
      );
      await this.#removeFinished(tx, finished);
      return new Set(finished);
    };
    try {
      // A power cut before the sync has the mailbox say "had it already", and another server at worst take it twice.
      const finished = await this.#database.transact(work, { durability: 'batched' });
      for (const { ids, resolve } of waiting) resolve(ids.filter(id => finished.has(id)));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** A mailbox that did not get its message needs the body no longer, unless it has it from elsewhere: the collector asks. */
  async #unlink(tx: SqlTransaction, id: SpoolRecipientId, accountId: AccountId | null): Promise<void> {
    if (accountId === null) return;
    const message = await findMessage(tx, messageIdOf(id));
    if (message) await this.#blobs.released(tx, message.tenantId, message.blob.hash, accountId);
  }

  async #removeFinished(tx: SqlTransaction, ids: readonly SpoolRecipientId[]): Promise<void> {
    for (const id of new Set(ids.map(messageIdOf))) {
      const body = await removeFinishedMessage(tx, id);
      if (body !== null) await this.#blobs.dropped(tx, body);
    }
  }

  async #each(
    ids: readonly SpoolRecipientId[],
    work: (tx: SqlTransaction, id: SpoolRecipientId) => Promise<boolean>,
    durability: 'durable' | 'relaxed',
  ): Promise<SpoolRecipientId[]> {
    if (ids.length === 0) return [];
    return this.#database.transact(
      async tx => {
        const changed: SpoolRecipientId[] = [];
        for (const id of ids) if (await work(tx, id)) changed.push(id);
        return changed;
      },
      { durability },
    );
  }

  /** Ids for `count` messages in a row, from the block at hand or from a new one. */
  async #takeIds(count: number): Promise<SpoolMessageId> {
    while (this.#idsLeft < count) {
      this.#taking ??= this.#takeBlock(Math.max(count, idBlock));
      await this.#taking;
    }
    const first = this.#nextId;
    this.#nextId += count;
    this.#idsLeft -= count;
    return first;
  }

  async #takeBlock(size: number): Promise<void> {
    try {
      const first = await this.#database.transact(tx => takeMessageIds(tx, size));
      this.#nextId = first;
      this.#idsLeft = size;
    } finally {
      this.#taking = null;
    }
  }
}

function localAccounts(recipients: readonly NewRecipient[]): AccountId[] {
  const accounts = new Set<AccountId>();
  for (const { accountId } of recipients) if (accountId !== null) accounts.add(accountId);
  return [...accounts];
}

async function withMessages(
  tx: SqlTransaction,
  recipients: readonly SpoolRecipient[],
  leaseUntil: number,
): Promise<ClaimedMessage[]> {
  const claimed: ClaimedMessage[] = [];
  for (const [id, group] of Map.groupBy(recipients, recipient => recipient.messageId)) {
    const message = await findMessage(tx, id);
    if (message) claimed.push({ message, recipients: group, leaseUntil });
  }
  return claimed;
}
