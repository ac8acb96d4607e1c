import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { BlobRef } from '../store/blob-store.ts';

/** Ids are unique within an account and never reused. */
export type MailboxId = number;
export type MessageId = number;
export type ThreadId = number;

/** Special uses (RFC 6154, RFC 8457, JMAP roles). `inbox` is the one that every account has from the start. */
export type MailboxRole =
  | 'inbox'
  | 'drafts'
  | 'sent'
  | 'junk'
  | 'trash'
  | 'archive'
  | 'important'
  | 'all'
  | 'flagged'
  | 'snoozed'
  | 'scheduled';

/** A folder with its counters, all read in one snapshot. Names are Unicode (NFC), `path` runs from the root. */
export interface Mailbox {
  readonly id: MailboxId;
  readonly parentId: MailboxId | null;
  readonly path: readonly string[];
  readonly role: MailboxRole | null;
  readonly subscribed: boolean;
  readonly uidValidity: number;
  readonly uidNext: number;
  /** Highest MODSEQ of anything in it (RFC 7162 §3.1.2.1); at least 1. */
  readonly highestModseq: number;
  readonly total: number;
  readonly unseen: number;
  readonly deleted: number;
  /** Sum of message sizes in bytes. */
  readonly bytes: number;
}

/** System flags and the keywords that have a bit of their own (RFC 9051 §2.3.2, RFC 5788). Other keywords go by name. */
export const Flag = {
  Seen: 1,
  Answered: 2,
  Flagged: 4,
  Deleted: 8,
  Draft: 16,
  Forwarded: 32,
  MdnSent: 64,
  Junk: 128,
  NotJunk: 256,
  Phishing: 512,
} as const;

/** A message's flags: bits of `Flag` and other keywords (their spelling as first seen in the account; compared without case). */
export interface FlagSet {
  readonly bits: number;
  readonly keywords: readonly string[];
}

/** Inclusive UID ranges, ascending and not overlapping. `*` is resolved by the caller. */
export type UidRanges = readonly (readonly [first: number, last: number])[];

/** One message filed in one mailbox, without its texts. */
export interface MessageEntry {
  readonly uid: number;
  readonly messageId: MessageId;
  readonly flags: FlagSet;
  readonly modseq: number;
}

/** What FETCH and lists need; `envelope`, `bodyStructure` and `parts` are as `formats/message/summary.ts` makes them. */
export interface MessageRow extends MessageEntry {
  /** EMAILID (RFC 8474 §5.1): shared by a message and its copies, unlike `messageId`. */
  readonly emailId: MessageId;
  readonly threadId: ThreadId;
  /** INTERNALDATE, ms since the epoch. */
  readonly receivedAt: number;
  /** SAVEDATE (RFC 8514), ms since the epoch. */
  readonly savedAt: number;
  /** RFC822.SIZE: prefix and body. */
  readonly size: number;
  /** Header lines the server added for this recipient; they come before the body's own bytes. */
  readonly prefix: Uint8Array;
  readonly blob: BlobRef;
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
  /** Offsets inside the blob (add `prefix.length` for offsets in the whole message). */
  readonly parts: Uint8Array;
  readonly preview: string;
  /** Date field, ms since the epoch; null when there is none that makes sense. */
  readonly sentAt: number | null;
  readonly hasAttachment: boolean;
  /** Read from a folder that its owner shares: the right to read it was proven there, and covers the body. */
  readonly shared?: boolean;
}

/** A consistent picture of a mailbox for a session: share it, never change it. */
export interface MailboxView {
  readonly mailbox: Mailbox;
  /** The account's modseq at which the picture was taken. */
  readonly modseq: number;
  /** UIDs in ascending order; index + 1 is the sequence number. */
  readonly uids: Uint32Array;
}

/** What happened to a mailbox after `since`. Entries are in ascending UID order. */
export interface MailboxChanges {
  readonly mailbox: Mailbox;
  readonly modseq: number;
  /** New or changed messages; `created` tells which. */
  readonly changed: readonly (MessageEntry & { readonly created: boolean })[];
  readonly vanished: readonly number[];
  /** False when `since` lies below the floor: vanished UIDs cannot be told, compare everything. */
  readonly complete: boolean;
}

/** A message to be filed. The blob is already sealed. */
export interface NewMessage {
  readonly blob: BlobRef;
  readonly summary: MessageSummary;
  readonly prefix: Uint8Array;
  readonly flags: FlagSet;
  readonly receivedAt: number;
}

/** How STORE changes flags. */
export interface FlagChange {
  readonly mode: 'set' | 'add' | 'remove';
  readonly flags: FlagSet;
  /** RFC 7162 UNCHANGEDSINCE: messages changed later are left alone and reported. */
  readonly unchangedSince?: number;
}
