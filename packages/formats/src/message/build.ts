import { Buffer, isAscii } from 'node:buffer';
import { encodeBase64Lines, encodeQuotedPrintable } from '../charset/transfer-encoder.ts';
import { contentField } from './fields.ts';

/** Text in UTF-8; the transfer encoding is chosen by content. */
export interface TextPart {
  readonly kind: 'text';
  /** Default `plain`. */
  readonly subtype?: string;
  /** Line ends of any kind; they become CRLF. */
  readonly text: string;
  readonly fileName?: string;
  readonly disposition?: 'inline' | 'attachment';
}

/** Bytes of any media type. */
export interface DataPart {
  readonly kind: 'data';
  /** `type/subtype`. */
  readonly mediaType: string;
  readonly content: Uint8Array;
  /**
   * `base64` (default), or `as-is` for content that is mail text already, such as message/rfc822 or
   * message/delivery-status, which must not be encoded (RFC 2046 §5.2.1, RFC 3464 §2.1).
   */
  readonly encoding?: 'base64' | 'as-is';
  readonly parameters?: readonly (readonly [string, string])[];
  readonly fileName?: string;
  readonly disposition?: 'inline' | 'attachment';
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly description?: string;
}

/** Parts in order. */
export interface MultiPart {
  readonly kind: 'multipart';
  readonly subtype: string;
  /** Chosen by the caller so that the result is reproducible; a suffix is added if it occurs in a part. */
  readonly boundary: string;
  /** Further parameters, e.g. `report-type`. */
  readonly parameters?: readonly (readonly [string, string])[];
  readonly parts: readonly BuildPart[];
}

export type BuildPart = TextPart | DataPart | MultiPart;

interface Rendered {
  readonly fields: string;
  readonly body: Buffer;
}

/** Longest line sent unencoded, RFC 5322 §2.1.1. */
const MAX_LINE = 998;

function hasLongLine(bytes: Uint8Array): boolean {
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue;
    if (i - start > MAX_LINE) return true;
    start = i + 1;
  }
  return false;
}

function renderText(part: TextPart): Rendered {
  const text = Buffer.from(part.text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n'), 'utf8');
  let encoding = '7bit';
  let body: Uint8Array = text;
  if (!isAscii(text) || text.includes(0) || hasLongLine(text)) {
    const quoted = encodeQuotedPrintable(text);
    const base64 = encodeBase64Lines(text);
    encoding = quoted.length <= base64.length ? 'quoted-printable' : 'base64';
    body = quoted.length <= base64.length ? quoted : base64;
  }
  const names: [string, string][] = part.fileName === undefined ? [] : [['name', part.fileName]];
  const fields =
    contentField('Content-Type', `text/${part.subtype ?? 'plain'}`, [['charset', 'utf-8'], ...names]) +
    `Content-Transfer-Encoding: ${encoding}\r\n` +
    dispositionField(part.disposition, part.fileName);
  return { fields, body: Buffer.from(body) };
}

function dispositionField(disposition: string | undefined, fileName: string | undefined): string {
  if (disposition === undefined && fileName === undefined) return '';
  const parameters: [string, string][] = fileName === undefined ? [] : [['filename', fileName]];
  return contentField('Content-Disposition', disposition ?? 'attachment', parameters);
}

function renderData(part: DataPart): Rendered {
  const asIs = part.encoding === 'as-is';
  const content = Buffer.from(part.content);
  const names: [string, string][] = part.fileName === undefined ? [] : [['name', part.fileName]];
  let fields = contentField('Content-Type', part.mediaType, [...(part.parameters ?? []), ...names]);
  if (!asIs) fields += 'Content-Transfer-Encoding: base64\r\n';
  else if (!isAscii(content)) fields += 'Content-Transfer-Encoding: 8bit\r\n';
  fields += dispositionField(part.disposition, part.fileName);
  if (part.contentId !== undefined) fields += contentField('Content-ID', `<${part.contentId}>`, []);
  if (part.description !== undefined) fields += contentField('Content-Description', part.description, []);
  return { fields, body: asIs ? content : Buffer.from(encodeBase64Lines(content)) };
}

function renderMultipart(part: MultiPart): Rendered {
  const children = part.parts.map(child => {
    const { fields, body } = render(child);
    return Buffer.concat([Buffer.from(`${fields}\r\n`, 'utf8'), body]);
  });
  let boundary = part.boundary;
  for (let n = 1; children.some(child => child.includes(`--${boundary}`)); n++)
    boundary = `${part.boundary}_${n}`;
  const pieces: Buffer[] = [];
  for (const child of children) pieces.push(Buffer.from(`--${boundary}\r\n`), child, Buffer.from('\r\n'));
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const parameters: (readonly [string, string])[] = [...(part.parameters ?? []), ['boundary', boundary]];
  // RFC 2045 §6.4: a multipart may only be 7bit or 8bit.
  const encoding = children.every(child => isAscii(child)) ? '' : 'Content-Transfer-Encoding: 8bit\r\n';
  const fields = contentField('Content-Type', `multipart/${part.subtype}`, parameters) + encoding;
  return { fields, body: Buffer.concat(pieces) };
}

function render(part: BuildPart): Rendered {
  if (part.kind === 'text') return renderText(part);
  return part.kind === 'data' ? renderData(part) : renderMultipart(part);
}

/**
 * Builds a message that the program itself sends (notices, DSNs, sample data).
 * @param fields header fields as `textField`, `addressField` and their like in `fields.ts` make them, in order;
 *   MIME-Version and Content-* are added
 * @returns the message with CRLF line ends; the same input always gives the same bytes
 */
export function buildMessage(fields: readonly string[], body: BuildPart): Uint8Array {
  const rendered = render(body);
  const header = `${fields.join('')}MIME-Version: 1.0\r\n${rendered.fields}\r\n`;
  return Buffer.concat([Buffer.from(header, 'utf8'), rendered.body]);
}
