import { decodeCharset } from '../charset/decode.ts';
import { decodeTransfer, findTransferEncoding, type TransferEncoding } from '../charset/transfer-decoder.ts';
import type { StoredPart } from './part.ts';
import { unflow } from './text/flowed.ts';

/** The lists that JMAP derives from a part tree (RFC 8621 §4.1.4). */
export interface BodyParts<P extends StoredPart = StoredPart> {
  readonly textBody: readonly P[];
  readonly htmlBody: readonly P[];
  readonly attachments: readonly P[];
}

/** Decoded text of a part. */
export interface PartText {
  /** Line ends are LF. */
  readonly text: string;
  /** Charset that was used, lower case. */
  readonly charset: string;
  /** The charset was unknown or something was damaged. */
  readonly problem: boolean;
}

/** A part that is offered for download. */
export interface Attachment {
  readonly part: StoredPart;
  /** IMAP part numbers. */
  readonly path: readonly number[];
  readonly fileName: string | null;
  /** `type/subtype`, lower case. */
  readonly mediaType: string;
  readonly encodedSize: number;
  /** Octets after decoding; for base64 computed from the encoded size with lines of 76, so up to a few octets off. */
  readonly decodedSize: number;
  /** Marked as inline, or an image that the HTML body refers to by Content-ID. */
  readonly inline: boolean;
  readonly contentId: string | null;
}

/** `type/subtype` of a part. */
export function mediaTypeOf(part: StoredPart): string {
  return `${part.type}/${part.subtype}`;
}

/** Transfer encoding of a part; multiparts and messages have none whatever they declare (RFC 2045 §6.4). */
export function transferEncodingOf(part: StoredPart): TransferEncoding {
  return part.type === 'multipart' ? 'identity' : findTransferEncoding(part.encoding);
}

/** Decodes the transfer encoding of a part's encoded body; never throws. */
export function decodePartBody(part: StoredPart, encoded: Uint8Array): Uint8Array {
  return decodeTransfer(transferEncodingOf(part), encoded);
}

/** Text of a text part from its encoded body: transfer encoding, charset, line ends; RFC 3676 paragraphs joined. */
export function decodePartText(part: StoredPart, encoded: Uint8Array): PartText {
  const decoded = decodeCharset(part.charset, decodePartBody(part, encoded));
  const text = decoded.text.replaceAll('\r\n', '\n');
  if (!part.flowed || part.subtype !== 'plain') return { ...decoded, text };
  return { ...decoded, text: unflow(text, part.delSp) };
}

function isMedia(part: StoredPart): boolean {
  return part.type === 'image' || part.type === 'audio' || part.type === 'video';
}

function isBodyText(part: StoredPart): boolean {
  return part.type === 'text' && (part.subtype === 'plain' || part.subtype === 'html');
}

interface Lists<P> {
  text: P[] | null;
  html: P[] | null;
  readonly attachments: P[];
}

/** The suggested algorithm of RFC 8621 §4.1.4; recursion is bounded by the scan limits. */
function collect<P extends StoredPart>(
  parts: readonly P[],
  multipart: string,
  inAlternative: boolean,
  lists: Lists<P>,
): void {
  const { text: textList, html: htmlList } = lists;
  const textLength = textList?.length ?? -1;
  const htmlLength = htmlList?.length ?? -1;
  const own: Lists<P> = { ...lists };
  for (const [index, part] of parts.entries()) {
    const inline =
      part.disposition !== 'attachment' &&
      (isBodyText(part) || isMedia(part)) &&
      (index === 0 || (multipart !== 'related' && (isMedia(part) || part.fileName === null)));
    if (part.type === 'multipart') {
      const children = part.children as readonly P[];
      collect(children, part.subtype, inAlternative || part.subtype === 'alternative', own);
    } else if (!inline) {
      own.attachments.push(part);
    } else if (multipart === 'alternative') {
      if (isMedia(part)) own.attachments.push(part);
      else (part.subtype === 'html' ? own.html : own.text)?.push(part);
    } else {
      if (inAlternative && part.type === 'text') {
        if (part.subtype === 'plain') own.html = null;
        else own.text = null;
      }
      own.text?.push(part);
      own.html?.push(part);
      if ((own.text === null || own.html === null) && isMedia(part)) own.attachments.push(part);
    }
  }
  if (multipart !== 'alternative' || textList === null || htmlList === null) return;
  // Found only one kind: the other view shows it too.
  if (textLength === textList.length && htmlLength !== htmlList.length)
    textList.push(...htmlList.slice(htmlLength));
  if (htmlLength === htmlList.length && textLength !== textList.length)
    htmlList.push(...textList.slice(textLength));
}

/** The parts to show as text, to show as HTML, and to offer as attachments (RFC 8621 §4.1.4). */
export function findBodyParts<P extends StoredPart>(root: P): BodyParts<P> {
  const lists: Lists<P> = { text: [], html: [], attachments: [] };
  collect([root], 'mixed', false, lists);
  return { textBody: lists.text ?? [], htmlBody: lists.html ?? [], attachments: lists.attachments };
}

/** Parts that programs handle by themselves and nobody wants to download. */
const AUTOMATIC: ReadonlySet<string> = new Set([
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-signature',
  'application/pgp-encrypted',
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'text/rfc822-headers',
  'text/calendar',
]);

function isEmbedded(part: StoredPart): boolean {
  if (part.disposition === 'inline') return true;
  return part.disposition === null && part.contentId !== null && isMedia(part);
}

/** RFC 8621 §4.1.4 hasAttachment: some attachment that is neither inline, embedded nor handled automatically. */
export function hasAttachment(root: StoredPart): boolean {
  return findBodyParts(root).attachments.some(part => !isEmbedded(part) && !AUTOMATIC.has(mediaTypeOf(part)));
}

/** Octets of a body after decoding, from its encoded size alone; exact for the identity encodings. */
export function estimateDecodedSize(part: StoredPart): number {
  const size = part.end - part.bodyStart;
  if (transferEncodingOf(part) !== 'base64') return size;
  const lines = Math.ceil(size / 78);
  return Math.max(0, Math.floor(((size - 2 * lines + 2) * 3) / 4));
}

/** The attachments of a message with their IMAP part numbers, depth first. */
export function listAttachments(root: StoredPart): Attachment[] {
  const paths = new Map<StoredPart, readonly number[]>();
  const walk = (part: StoredPart, path: readonly number[]): void => {
    if (part.type !== 'multipart') paths.set(part, path);
    for (const [index, child] of part.children.entries()) walk(child, [...path, index + 1]);
  };
  walk(root, root.type === 'multipart' ? [] : [1]);
  return findBodyParts(root).attachments.map(part => ({
    part,
    path: paths.get(part) ?? [],
    fileName: part.fileName,
    mediaType: mediaTypeOf(part),
    encodedSize: part.end - part.bodyStart,
    decodedSize: estimateDecodedSize(part),
    inline: isEmbedded(part),
    contentId: part.contentId,
  }));
}
