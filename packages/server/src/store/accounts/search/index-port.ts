import type { NeedlePiece } from '@hongyan/formats/search/needle.ts';

/** Places of a message that are searched apart. */
export const indexFields = ['subject', 'from', 'to', 'cc', 'bcc', 'header', 'body', 'attachment'] as const;

export type IndexField = (typeof indexFields)[number];

/** The terms of one message, by place, in their order. */
export interface IndexedMessage {
  readonly id: number;
  readonly terms: Readonly<Record<IndexField, readonly string[]>>;
  /** Text of attachments, joined by line ends: what no scan of the message finds. */
  readonly attachmentText: string;
  /** Something of it is not among the terms: the message itself has to be looked into. */
  readonly partial: boolean;
}

/** How far an index is. Every message up to `through` is in it, as far as it still exists. */
export interface IndexMarks {
  /** Highest id of a message that was indexed. Ids rise. */
  readonly through: number;
  /** Messages that went up to this modseq are out of it. */
  readonly modseq: number;
  /** When the account was made, ms: an index of another account under the same number is none. */
  readonly accountCreatedAt: number;
}

/** What an indexer writes in one go. */
export interface IndexChange {
  /** The marks it was made from: when they are others by now, nothing is written. Null for an index without any. */
  readonly from: IndexMarks | null;
  readonly to: IndexMarks;
  readonly add: readonly IndexedMessage[];
  /** Messages that are gone. Those that were never in it are passed over. */
  readonly remove: readonly number[];
}

/**
 * The words of one account's mail. Derived from the account and disposable: whoever finds it missing, old or broken
 * scans instead. Other engines keep the same terms, so that all find the same.
 */
export interface AccountIndex {
  /** Null before the first change. */
  marks(): Promise<IndexMarks | null>;
  /** Writes a change, all or nothing. False when somebody else moved the marks meanwhile. */
  apply(change: IndexChange): Promise<boolean>;
  /**
   * Ids of the messages that have all pieces in one or several of the fields, in no particular order. Null when too many
   * terms would have to be looked at: then the index knows no better than a scan.
   */
  find(fields: readonly IndexField[], pieces: readonly NeedlePiece[]): Promise<number[] | null>;
  /** Messages that are only partly indexed. */
  partial(): Promise<number[]>;
  /** Text of the message's attachments as it was indexed; empty without. */
  attachmentText(messageId: number): Promise<string>;
  /** Throws `store.corrupt` unless the index is sound. Reads all of it. */
  check(): Promise<void>;
  /** Ids in the index above `after`, ascending, at most `limit`. */
  ids(after: number, limit: number): Promise<number[]>;
}
