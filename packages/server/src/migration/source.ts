/** A message of a source, before its bytes. */
export interface SourceMessage {
  /** Names the message within its source for ever: the same again is not brought in twice. */
  readonly key: string;
  /** Where it stands, for people: a file, or a file and an offset. */
  readonly place: string;
  readonly folder: readonly string[];
  /** Known flags, as bits of `Flag`; null: look into the header. */
  readonly flags: number | null;
  /** When it arrived, ms since the epoch; null: by its Date field. */
  readonly receivedAt: number | null;
  /** Length of the source's bytes, for progress. */
  readonly size: number;
}

/** What a source yields: messages, each followed by its bytes in order. */
export type SourceItem =
  | { readonly kind: 'message'; readonly message: SourceMessage }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Something of the source could not be read; the rest goes on. */
  | { readonly kind: 'unreadable'; readonly place: string; readonly reason: string };

export type SourceFormat = 'mbox' | 'maildir' | 'eml';

export interface MailSource {
  readonly format: SourceFormat;
  /** Bytes altogether, for progress. */
  readonly totalBytes: number;
  items(): AsyncGenerator<SourceItem, void, undefined>;
}
