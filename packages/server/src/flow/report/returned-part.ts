import { Buffer } from 'node:buffer';
import type { DataPart } from '@hongyan/formats/message/build.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import type { SpoolMessage } from '../../store/spool/types.ts';

export interface ReturnLimits {
  /** Largest message returned whole. */
  readonly message: number;
  /** Largest header returned. */
  readonly header: number;
}

/**
 * The third part of a report: the message or its header (RFC 3461 §6.2, RFC 6522 §3; `global` with the media types of
 * RFC 6533 §4.2, §4.3). A message over the limit returns its header only.
 */
export async function returnedPart(
  blobs: BlobStore,
  message: SpoolMessage,
  summary: MessageSummary,
  given: { readonly full: boolean; readonly global: boolean },
  limits: ReturnLimits,
): Promise<DataPart> {
  const { tenantId, blob, prefix } = message;
  const encoding = 'as-is';
  if (given.full && prefix.length + blob.size <= limits.message) {
    const content = Buffer.concat([prefix, await blobs.read(tenantId, blob.hash)]);
    return { kind: 'data', mediaType: given.global ? 'message/global' : 'message/rfc822', content, encoding };
  }
  const end = Math.min(summary.headerSize, limits.header);
  const header = end === 0 ? new Uint8Array() : await blobs.readRange(tenantId, blob.hash, 0, end);
  const content = wholeLines(Buffer.concat([prefix, header]));
  return {
    kind: 'data',
    mediaType: given.global ? 'message/global-headers' : 'text/rfc822-headers',
    content,
    encoding,
  };
}

/** Cuts an unfinished last line off, and the blank line that ends a header. */
function wholeLines(header: Buffer): Buffer {
  const end = header.lastIndexOf('\r\n');
  if (end === -1) return header;
  const whole = header.subarray(0, end + 2);
  return whole.toString('latin1', whole.length - 4) === '\r\n\r\n' ? whole.subarray(0, -2) : whole;
}
