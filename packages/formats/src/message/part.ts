import type { Parameter } from './parameters.ts';

/**
 * What is known of a part without its header fields: enough to list, fetch and decode it. Offsets are bytes from the
 * start of the outermost message.
 */
export interface StoredPart {
  /** First byte of the part's own header. */
  readonly headerStart: number;
  /** First byte after the blank line that ends the header; equals `end` for a part without a body. */
  readonly bodyStart: number;
  /** First byte after the body. A line break that belongs to a boundary delimiter is not in the body (RFC 2046 §5.1.1). */
  readonly end: number;
  /** LF bytes in the encoded body. Counted for text/* and encapsulated messages only, otherwise 0. */
  readonly lines: number;
  /** Media type, lower case. `multipart` only when there is at least one child. */
  readonly type: string;
  /** Media subtype, lower case. */
  readonly subtype: string;
  /** Declared charset of a text part as written, null when none was declared. */
  readonly charset: string | null;
  /** Token of Content-Transfer-Encoding, lower case; `7bit` when absent (RFC 2045 §6.1). */
  readonly encoding: string;
  /** Content-Disposition, lower case, null when absent. */
  readonly disposition: string | null;
  /** Decoded file name: Content-Disposition's `filename`, else Content-Type's `name` (RFC 8621 §4.1.4). */
  readonly fileName: string | null;
  /** Content-ID without angle brackets. */
  readonly contentId: string | null;
  /** Content-Language tags. */
  readonly language: readonly string[];
  /** Content-Location as written, blanks removed (RFC 2557 §4.4). */
  readonly location: string | null;
  /** format=flowed and delsp=yes of RFC 3676. */
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** Parts of a multipart. */
  readonly children: readonly StoredPart[];
  /** Root part of the message that a message/rfc822 or message/global part encapsulates. */
  readonly message: StoredPart | null;
}

/** A part as the scanner sees it, with all that BODYSTRUCTURE needs. */
export interface MessagePart extends StoredPart {
  readonly parameters: readonly Parameter[];
  readonly dispositionParameters: readonly Parameter[];
  /** False when there was no Content-Type field. */
  readonly typed: boolean;
  /** Content-ID as written. */
  readonly id: string | null;
  /** Content-Description as written, encoded-words kept. */
  readonly description: string | null;
  readonly md5: string | null;
  readonly children: readonly MessagePart[];
  readonly message: MessagePart | null;
  /** Header of the encapsulated message, blank line included. */
  readonly messageHeader: Uint8Array | null;
  /** First bytes of the encoded body of the first displayable text parts, for the preview. */
  readonly prefix: Uint8Array | null;
}

/** Everything the scanner learns from one pass over a message. */
export interface MessageStructure {
  /** Octets of the message. */
  readonly size: number;
  readonly root: MessagePart;
  /** The message's header, blank line included; cut at the limit. */
  readonly header: Uint8Array;
  /** Some header block was longer than the limit, or had more fields. */
  readonly headerCut: boolean;
  /** The limit on depth or number of parts was reached: some part holds what would be several. */
  readonly partsCut: boolean;
  /** Some byte is above 127. */
  readonly has8bit: boolean;
  /** Some byte is 0. */
  readonly hasNul: boolean;
  /** Some line is longer than the 998 octets of RFC 5322 §2.1.1. */
  readonly lineTooLong: boolean;
}

/** Bounds of a scan. Reaching one never fails: what follows becomes part of the last part. */
export interface ScanLimits {
  /** Nesting of multiparts and encapsulated messages. */
  readonly maxDepth: number;
  /** Parts of the whole message. */
  readonly maxParts: number;
  /** Octets of one header block that are kept and understood. */
  readonly maxHeaderBytes: number;
  /** Lines of one header block that are kept and understood. */
  readonly maxHeaderLines: number;
  /** Octets of all header blocks together; beyond it no further part is opened. */
  readonly maxTotalHeaderBytes: number;
  /** Encoded octets of a text/html part kept for the preview; an eighth of it for other text. */
  readonly maxPrefixBytes: number;
}

export const DEFAULT_SCAN_LIMITS: ScanLimits = {
  maxDepth: 50,
  maxParts: 2_000,
  maxHeaderBytes: 256 * 1024,
  maxHeaderLines: 10_000,
  maxTotalHeaderBytes: 4 * 1024 * 1024,
  maxPrefixBytes: 32 * 1024,
};
