import { Buffer } from 'node:buffer';
import type { StoredPart } from './part.ts';

/*
 * Layout, version 1: the version, then the root part. A part is
 *   flags · headerStart gap · header length · body length · lines · type · subtype · encoding · optional fields · children
 * with numbers as LEB128 varints. Strings are a number: even = 2 × index into STRINGS, odd = 2 × UTF-8 length + 1
 * followed by the bytes. STRINGS may grow at its end, never change.
 */
const VERSION = 1;

// biome-ignore format: a table that only grows at its end reads best in rows
const STRINGS: readonly string[] = [
  'text', 'plain', 'html', 'multipart', 'mixed', 'alternative', 'related', 'report', 'signed', 'encrypted',
  'digest', 'application', 'octet-stream', 'pdf', 'zip', 'image', 'jpeg', 'png', 'gif', 'audio', 'video',
  'message', 'rfc822', 'global', 'delivery-status', 'calendar', '7bit', '8bit', 'binary', 'base64',
  'quoted-printable', 'us-ascii', 'utf-8', 'gb2312', 'gbk', 'gb18030', 'big5', 'iso-8859-1',
  'windows-1252', 'iso-2022-jp', 'euc-kr', 'inline', 'attachment', 'UTF-8', 'GB2312', 'GBK', 'GB18030',
  'US-ASCII', 'ISO-8859-1', 'msword', 'vnd.ms-excel', 'x-pkcs7-signature', 'pgp-signature', 'pkcs7-mime',
  'disposition-notification', 'rfc822-headers', 'partial', 'external-body', 'calendar+xml',
  'vnd.openxmlformats-officedocument.wordprocessingml.document',
  'vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'vnd.openxmlformats-officedocument.presentationml.presentation', 'vnd.ms-powerpoint', 'x-zip-compressed',
  'webp',
];

const STRING_INDEX: ReadonlyMap<string, number> = new Map(STRINGS.map((text, index) => [text, index]));

const HAS_CHARSET = 1;
const HAS_DISPOSITION = 2;
const HAS_FILE_NAME = 4;
const HAS_CONTENT_ID = 8;
const HAS_LANGUAGE = 16;
const HAS_LOCATION = 32;
const FLOWED = 64;
const DEL_SP = 128;
const HAS_MESSAGE = 256;

/** Characters of a string that are stored at most. */
const MAX_STRING = 1_000;
const MAX_DEPTH = 1_000;

class TableWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #length = 0;
  /** Offset up to which the last written part reached; the next part's header is near. */
  #last = 0;

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#bytes.length + count)]);
  }

  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  string(text: string): void {
    const known = STRING_INDEX.get(text);
    if (known !== undefined) {
      this.number(known * 2);
      return;
    }
    const cut = text.slice(0, MAX_STRING);
    const size = Buffer.byteLength(cut);
    this.number(size * 2 + 1);
    this.#reserve(size);
    this.#length += this.#bytes.write(cut, this.#length);
  }

  part(part: StoredPart): void {
    const flags =
      (part.charset === null ? 0 : HAS_CHARSET) |
      (part.disposition === null ? 0 : HAS_DISPOSITION) |
      (part.fileName === null ? 0 : HAS_FILE_NAME) |
      (part.contentId === null ? 0 : HAS_CONTENT_ID) |
      (part.language.length === 0 ? 0 : HAS_LANGUAGE) |
      (part.location === null ? 0 : HAS_LOCATION) |
      (part.flowed ? FLOWED : 0) |
      (part.delSp ? DEL_SP : 0) |
      (part.message === null ? 0 : HAS_MESSAGE);
    this.number(flags);
    this.number(part.headerStart - this.#last);
    this.number(part.bodyStart - part.headerStart);
    this.number(part.end - part.bodyStart);
    this.number(part.lines);
    this.string(part.type);
    this.string(part.subtype);
    this.string(part.encoding);
    for (const text of [part.charset, part.disposition, part.fileName, part.contentId]) {
      if (text !== null) this.string(text);
    }
    if (part.language.length > 0) {
      this.number(part.language.length);
      for (const tag of part.language) this.string(tag);
    }
    if (part.location !== null) this.string(part.location);
    this.#last = part.bodyStart;
    if (part.message !== null) this.part(part.message);
    this.number(part.children.length);
    for (const child of part.children) this.part(child);
    this.#last = part.end;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }
}

/** The part tree as a compact table for the store; {@link decodeParts} reads it back. */
export function encodeParts(root: StoredPart): Uint8Array {
  const writer = new TableWriter();
  writer.number(VERSION);
  writer.part(root);
  return writer.bytes();
}

class TableReader {
  readonly #bytes: Buffer;
  #at = 0;
  #last = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 49) throw new RangeError('part table is damaged');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  string(): string {
    const code = this.number();
    if (code % 2 === 0) {
      const known = STRINGS[code / 2];
      if (known === undefined) throw new RangeError('part table names an unknown string');
      return known;
    }
    const length = (code - 1) / 2;
    if (this.#at + length > this.#bytes.length) throw new RangeError('part table is damaged');
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  part(depth: number): StoredPart {
    if (depth > MAX_DEPTH) throw new RangeError('part table is damaged');
    const flags = this.number();
    const headerStart = this.#last + this.number();
    const bodyStart = headerStart + this.number();
    const end = bodyStart + this.number();
    const lines = this.number();
    const type = this.string();
    const subtype = this.string();
    const encoding = this.string();
    const optional = (flag: number): string | null => ((flags & flag) === 0 ? null : this.string());
    const charset = optional(HAS_CHARSET);
    const disposition = optional(HAS_DISPOSITION);
    const fileName = optional(HAS_FILE_NAME);
    const contentId = optional(HAS_CONTENT_ID);
    const language = (flags & HAS_LANGUAGE) === 0 ? [] : this.#list(() => this.string());
    const location = optional(HAS_LOCATION);
    this.#last = bodyStart;
    const message = (flags & HAS_MESSAGE) === 0 ? null : this.part(depth + 1);
    const children = this.#list(() => this.part(depth + 1));
    this.#last = end;
    return {
      headerStart,
      bodyStart,
      end,
      lines,
      type,
      subtype,
      charset,
      encoding,
      disposition,
      fileName,
      contentId,
      language,
      location,
      flowed: (flags & FLOWED) !== 0,
      delSp: (flags & DEL_SP) !== 0,
      children,
      message,
    };
  }

  #list<T>(read: () => T): T[] {
    const count = this.number();
    if (count > this.#bytes.length) throw new RangeError('part table is damaged');
    const list: T[] = [];
    for (let i = 0; i < count; i++) list.push(read());
    return list;
  }
}

/**
 * The part tree from a table of {@link encodeParts}. Strings longer than 1,000 characters were cut.
 * @throws RangeError when the table is damaged or of an unknown version
 */
export function decodeParts(table: Uint8Array): StoredPart {
  const reader = new TableReader(table);
  if (reader.number() !== VERSION) throw new RangeError('part table has an unknown version');
  return reader.part(0);
}
