/** Bounds of reading what others packed. Passing one ends the reading; what was read until then counts. */
export interface ExtractLimits {
  /** Encoded bytes of one attachment, and of all attachments of one message. */
  readonly maxBytes: number;
  readonly maxMessageBytes: number;
  /** Characters of text of one attachment. */
  readonly maxText: number;
  /** Pages of a PDF. */
  readonly maxPages: number;
  /** Entries of a zip that are looked at, and bytes of one when unpacked. */
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  /** Of unpacked bytes in all. */
  readonly maxUnpackedBytes: number;
  /** Depth of XML. */
  readonly maxDepth: number;
  /** Time for one attachment, ms. Asked between steps; who watches from outside ends a step that hangs. */
  readonly maxMs: number;
}

export const defaultExtractLimits: ExtractLimits = {
  maxBytes: 14 * 1024 * 1024,
  maxMessageBytes: 20 * 1024 * 1024,
  maxText: 500_000,
  maxPages: 200,
  maxEntries: 500,
  maxEntryBytes: 16 * 1024 * 1024,
  maxUnpackedBytes: 48 * 1024 * 1024,
  maxDepth: 200,
  maxMs: 8_000,
};
