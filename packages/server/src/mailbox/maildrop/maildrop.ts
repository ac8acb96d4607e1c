import type { Scope } from '../../access/scope.ts';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { type BodySource, streamMessage } from '../body.ts';
import { type MailboxContext, requireRead } from '../context.ts';
import { storeFlags } from '../flags.ts';
import { keywordIds } from '../keywords.ts';
import { getMailbox } from '../list.ts';
import { fetchRaw, fetchRows, type RawSlice, rawColumn } from '../rows.ts';
import type { Mailbox, UidRanges } from '../types.ts';
import { MaildropLease } from './lease.ts';
import { removeMessages } from './remove.ts';
import { type MaildropSettings, maildropSettings } from './settings.ts';

/** What maildrops are opened with. */
export interface MaildropContext {
  readonly mail: MailboxContext;
  /** Where leases and settings are. */
  readonly database: CompanyDatabase;
  /** Settings of accounts that set nothing. */
  readonly defaults: MaildropSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** See `defaultLeaseMs`. */
  readonly leaseMs: number;
}

/** Keyword of messages that a POP3 client has deleted and that stay in the mailbox (CLI-09). */
export const hiddenKeyword = '$PopDeleted';

const dayMs = 24 * 60 * 60 * 1000;
const everything: UidRanges = [[1, 0xffff_ffff]];

/** The listing of a maildrop: 8 octets for each message. */
interface Listing {
  readonly uids: Uint32Array;
  readonly sizes: Uint32Array;
  readonly bytes: number;
}

/**
 * The messages of INBOX as one POP3 session sees them (RFC 1939 §3): fixed at the beginning, numbered from 1 in the order
 * they came, and no other POP3 session has them meanwhile. Disposing lets others in; nothing is removed by that.
 */
export class Maildrop implements AsyncDisposable {
  readonly #ctx: MaildropContext;
  readonly #scope: Scope;
  readonly #lease: MaildropLease;
  readonly #mailbox: Mailbox;
  readonly #listing: Listing;
  readonly #keepDeleted: boolean;

  private constructor(
    ctx: MaildropContext,
    scope: Scope,
    lease: MaildropLease,
    opened: { readonly mailbox: Mailbox; readonly listing: Listing; readonly keepDeleted: boolean },
  ) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#lease = lease;
    this.#mailbox = opened.mailbox;
    this.#listing = opened.listing;
    this.#keepDeleted = opened.keepDeleted;
  }

  /** Throws `conflict.state` when another session has the maildrop, `mailbox.not_found` when there is no INBOX. */
  static async open(ctx: MaildropContext, scope: Scope): Promise<Maildrop> {
    requireRead(scope);
    const lease = await MaildropLease.take(ctx, scope);
    try {
      const settings = await maildropSettings(ctx.database, scope, ctx.defaults);
      const mailbox = await getMailbox(ctx.mail, scope, ['INBOX']);
      if (mailbox === null) throw new MailError('mailbox.not_found', { mailbox: 'INBOX' });
      const since = settings.rangeDays === null ? 0 : ctx.clock.now() - settings.rangeDays * dayMs;
      const listing = await list(ctx.mail, scope, mailbox, since);
      return new Maildrop(ctx, scope, lease, { mailbox, listing, keepDeleted: settings.keepDeleted });
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Messages in it. */
  get count(): number {
    return this.#listing.uids.length;
  }

  /** Sum of their sizes in octets. */
  get bytes(): number {
    return this.#listing.bytes;
  }

  /** Aborted when the session has lost its right to the maildrop. */
  get lost(): AbortSignal {
    return this.#lease.lost;
  }

  /** Size in octets of a message by its number, from 1 to `count`. */
  sizeOf(number: number): number {
    return this.#listing.sizes[number - 1] ?? 0;
  }

  /** UIDVALIDITY and UID of a message: stay the same for ever, in all sessions. */
  identityOf(number: number): { readonly uidValidity: number; readonly uid: number } {
    return { uidValidity: this.#mailbox.uidValidity, uid: this.#uidOf(number) };
  }

  /** Where the bytes of a message are. Throws `message.not_found` when another client has removed it since. */
  async find(number: number): Promise<BodySource> {
    const uid = this.#uidOf(number);
    for await (const [row] of fetchRows(this.#ctx.mail, this.#scope, this.#mailbox.id, [[uid, uid]], {})) {
      if (row) return row;
    }
    throw new MailError('message.not_found', { uid });
  }

  /** The bytes of a message in chunks; memory does not grow with its size. */
  stream(source: BodySource): AsyncIterable<Uint8Array> {
    return streamMessage(this.#ctx.mail, this.#scope, source);
  }

  /**
   * Removes messages by their numbers, or hides them from POP3 clients where the account keeps what those delete
   * (CLI-09). Throws `conflict.state` when the right to the maildrop was lost; then nothing is removed.
   */
  async remove(numbers: Iterable<number>): Promise<void> {
    const uids = [...numbers].map(number => this.#uidOf(number)).sort((a, b) => a - b);
    if (uids.length === 0) return;
    if (!(await this.#lease.prolong())) throw new MailError('conflict.state', { reason: 'lease lost' });
    const { mail } = this.#ctx;
    if (!this.#keepDeleted) await removeMessages(mail, this.#scope, this.#mailbox.id, uids);
    else {
      await storeFlags(
        mail,
        this.#scope,
        this.#mailbox.id,
        uids.map(uid => [uid, uid] as const),
        { mode: 'add', flags: { bits: 0, keywords: [hiddenKeyword] } },
      );
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#lease[Symbol.asyncDispose]();
  }

  #uidOf(number: number): number {
    const uid = this.#listing.uids[number - 1];
    if (uid === undefined) throw new MailError('message.not_found', { number });
    return uid;
  }
}

/** Whether a row carries the keyword of hidden messages. */
function isHidden(row: RawSlice['rows'][number], names: RawSlice['keywordNames']): boolean {
  const ids = row[rawColumn.keywords];
  if (typeof ids !== 'string') return false;
  return keywordIds(ids).some(id => names.get(id)?.toLowerCase() === hiddenKeyword.toLowerCase());
}

/** Messages received at or after `since` (ms since the epoch) that are not hidden. */
async function list(mail: MailboxContext, scope: Scope, mailbox: Mailbox, since: number): Promise<Listing> {
  let uids = new Uint32Array(Math.max(1, mailbox.total));
  let sizes = new Uint32Array(uids.length);
  let count = 0;
  let bytes = 0;
  for await (const { rows, keywordNames } of fetchRaw(mail, scope, mailbox.id, everything, {})) {
    for (const row of rows) {
      if ((row[rawColumn.receivedAt] as number) < since || isHidden(row, keywordNames)) continue;
      if (count === uids.length) {
        uids = doubled(uids);
        sizes = doubled(sizes);
      }
      const size = row[rawColumn.size] as number;
      uids[count] = row[rawColumn.uid] as number;
      sizes[count] = size;
      bytes += size;
      count += 1;
    }
  }
  return { uids: uids.slice(0, count), sizes: sizes.slice(0, count), bytes };
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
