import type { ImapLimits } from '../limits.ts';
import { literalHeader } from '../literal-header.ts';
import { ImapSyntaxError } from '../syntax-error.ts';

/** A value in a response, as a client reads it. Atoms keep their brackets: `BODY[HEADER.FIELDS (DATE)]<0>`. */
export type ResponseValue =
  | { readonly type: 'atom'; readonly text: string }
  | { readonly type: 'string'; readonly octets: Buffer }
  | { readonly type: 'list'; readonly items: readonly ResponseValue[] };

/** `[CODE arguments]` of a status response; `text` is what stands between the brackets. */
export interface ResponseCode {
  readonly name: string;
  readonly text: string;
}

/** One response of a server (RFC 9051 §7), with its literals. NIL is the atom `NIL`. */
export type ImapResponse =
  | { readonly kind: 'continuation'; readonly text: string }
  | {
      readonly kind: 'status';
      /** Null in an untagged one. */
      readonly tag: string | null;
      readonly status: 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';
      readonly code: ResponseCode | null;
      readonly text: string;
    }
  | {
      readonly kind: 'data';
      /** `FETCH`, `EXISTS`, `LIST`…, upper case. */
      readonly name: string;
      /** Message number or count before the name. */
      readonly number: number | null;
      readonly values: readonly ResponseValue[];
    };

const SP = 0x20;
const statuses: ReadonlySet<string> = new Set(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']);

/** Limits of what a client takes from a server: FETCH lines are long, lists are many. */
export const clientLimits: Pick<ImapLimits, 'depth' | 'listItems'> = { depth: 100, listItems: 1_000_000 };

class ResponseReader {
  readonly #bytes: Buffer;
  #at = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  fail(message: string): never {
    throw new ImapSyntaxError(message, this.#at);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Text up to the next space or the end. */
  word(): string {
    const space = this.#bytes.indexOf(SP, this.#at);
    const end = space < 0 ? this.#bytes.length : space;
    const text = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end;
    return text;
  }

  skipSpaces(): void {
    while (this.#bytes[this.#at] === SP) this.#at++;
  }

  rest(): string {
    return this.#bytes.toString('utf8', this.#at);
  }

  code(): ResponseCode | null {
    if (this.#bytes[this.#at] !== 0x5b) return null;
    let quoted = false;
    for (let end = this.#at + 1; end < this.#bytes.length; end++) {
      if (this.#bytes[end] === 0x22) quoted = !quoted;
      if (this.#bytes[end] !== 0x5d || quoted) continue;
      const inner = this.#bytes.toString('utf8', this.#at + 1, end);
      this.#at = end + 1;
      this.skipSpaces();
      const space = inner.indexOf(' ');
      return space < 0
        ? { name: inner.toUpperCase(), text: '' }
        : { name: inner.slice(0, space).toUpperCase(), text: inner.slice(space + 1) };
    }
    return null;
  }

  values(): ResponseValue[] {
    const values: ResponseValue[] = [];
    for (;;) {
      this.skipSpaces();
      if (this.atEnd) return values;
      values.push(this.#value());
      if (values.length > clientLimits.listItems) this.fail('Response too long');
    }
  }

  #value(): ResponseValue {
    const octet = this.#bytes[this.#at];
    if (octet === 0x28) return this.#list();
    if (octet === 0x22) return { type: 'string', octets: this.#quoted() };
    if (octet === 0x7b || (octet === 0x7e && this.#bytes[this.#at + 1] === 0x7b)) {
      return { type: 'string', octets: this.#literal() };
    }
    return { type: 'atom', text: this.#atom() };
  }

  #list(): ResponseValue {
    if (++this.#depth > clientLimits.depth) this.fail('Nested too deeply');
    this.#at++;
    const items: ResponseValue[] = [];
    for (;;) {
      this.skipSpaces();
      if (this.atEnd) this.fail('Unterminated list');
      if (this.#bytes[this.#at] === 0x29) break;
      items.push(this.#value());
      if (items.length > clientLimits.listItems) this.fail('List too long');
    }
    this.#at++;
    this.#depth--;
    return { type: 'list', items };
  }

  #quoted(): Buffer {
    const octets: number[] = [];
    for (let at = this.#at + 1; at < this.#bytes.length; at++) {
      let octet = this.#bytes[at] as number;
      if (octet === 0x22) {
        this.#at = at + 1;
        return Buffer.from(octets);
      }
      if (octet === 0x5c) octet = this.#bytes[++at] ?? this.fail('Unterminated quoted string');
      octets.push(octet);
    }
    return this.fail('Unterminated quoted string');
  }

  #literal(): Buffer {
    const close = this.#bytes.indexOf(0x7d, this.#at);
    const header = close < 0 ? null : literalHeader(this.#bytes.subarray(this.#at, close + 1));
    if (header === null || header.start !== 0) return this.fail('Invalid literal');
    const start = close + 3;
    const end = start + header.size;
    if (end > this.#bytes.length) this.fail('Literal is cut short');
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  /** An atom; brackets inside it may hold spaces, parentheses and quoted strings. */
  #atom(): string {
    const start = this.#at;
    let brackets = 0;
    let quoted = false;
    let at = start;
    for (; at < this.#bytes.length; at++) {
      const octet = this.#bytes[at] as number;
      if (brackets > 0 && octet === 0x22) quoted = !quoted;
      if (quoted) continue;
      if (octet === 0x5b) brackets++;
      else if (octet === 0x5d && brackets > 0) brackets--;
      else if (brackets === 0 && (octet === SP || octet === 0x28 || octet === 0x29)) break;
    }
    if (at === start) this.fail('Expected a value');
    this.#at = at;
    return this.#bytes.toString('latin1', start, at);
  }
}

function statusOf(reader: ResponseReader, tag: string | null, word: string): ImapResponse {
  const status = word.toUpperCase();
  if (status !== 'OK' && status !== 'NO' && status !== 'BAD' && status !== 'BYE' && status !== 'PREAUTH') {
    return reader.fail('Unknown status');
  }
  reader.skipSpaces();
  const code = reader.code();
  return { kind: 'status', tag, status, code, text: reader.rest() };
}

/**
 * Reads one response: its line with literals standing where they came (`{n}` CRLF octets), without the CRLF at the
 * end. Lenient where servers are known to be sloppy (several spaces, 8-bit text). Throws `ImapSyntaxError`.
 */
export function parseResponse(bytes: Buffer): ImapResponse {
  const reader = new ResponseReader(bytes);
  const tag = reader.word();
  reader.skipSpaces();
  if (tag === '+') return { kind: 'continuation', text: reader.rest() };
  const word = reader.word();
  if (tag !== '*') return statusOf(reader, tag, word);
  if (statuses.has(word.toUpperCase())) return statusOf(reader, null, word);
  if (/^\d{1,15}$/.test(word)) {
    reader.skipSpaces();
    const name = reader.word().toUpperCase();
    if (name === '') reader.fail('Expected a response name');
    return { kind: 'data', name, number: Number(word), values: reader.values() };
  }
  if (word === '') reader.fail('Expected a response name');
  return { kind: 'data', name: word.toUpperCase(), number: null, values: reader.values() };
}
