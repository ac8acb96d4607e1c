import { isUtf8 } from 'node:buffer';
import { CharClass, charClasses } from './char-class.ts';
import { type ImapLimits, sessionLimits } from './limits.ts';
import { ImapSyntaxError } from './syntax-error.ts';

const SP = 0x20;
const DQUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;
const TILDE = 0x7e;

/**
 * Reads one assembled command: its line, with each literal standing where it came on the wire
 * (`{n}` CRLF octets), without the CRLF at the end. Every method either moves forward or throws
 * `ImapSyntaxError`; none looks back, so a command is read in linear time.
 */
export class Scanner {
  readonly bytes: Buffer;
  readonly limits: ImapLimits;
  /** Quoted strings hold UTF-8 and nothing else (RFC 6855 §3). */
  utf8 = false;
  position = 0;
  #depth = 0;

  constructor(bytes: Buffer, limits: ImapLimits = sessionLimits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  /** Octet at the position, -1 at the end. */
  peek(): number {
    return this.bytes[this.position] ?? -1;
  }

  /** Octet so many places further, -1 past the end. */
  peekAt(ahead: number): number {
    return this.bytes[this.position + ahead] ?? -1;
  }

  fail(message: string): never {
    throw new ImapSyntaxError(message, this.position);
  }

  failLimit(message: string): never {
    throw new ImapSyntaxError(message, this.position, true);
  }

  end(): void {
    if (!this.atEnd) this.fail('Unexpected text after the arguments');
  }

  take(octet: number): boolean {
    if (this.bytes[this.position] !== octet) return false;
    this.position++;
    return true;
  }

  expect(octet: number): void {
    if (!this.take(octet)) this.fail(`Expected "${String.fromCharCode(octet)}"`);
  }

  space(): void {
    if (!this.take(SP)) this.fail('Expected a space');
  }

  /** Takes a space if one is there: `[SP argument]`. */
  takeSpace(): boolean {
    return this.take(SP);
  }

  #run(bits: number): string {
    const start = this.position;
    let at = start;
    while (at < this.bytes.length && ((charClasses[this.bytes[at] as number] as number) & bits) !== 0) at++;
    this.position = at;
    return this.bytes.toString('latin1', start, at);
  }

  tag(): string {
    const tag = this.#run(CharClass.Tag);
    if (tag.length === 0) this.fail('Expected a tag');
    return tag;
  }

  atom(): string {
    const atom = this.#run(CharClass.Atom);
    if (atom.length === 0) this.fail('Expected an atom');
    return atom;
  }

  /** An atom in upper case: keywords of the grammar. */
  keyword(): string {
    return this.atom().toUpperCase();
  }

  /** Takes `word` (upper case) if it stands here as a whole atom, in any case. */
  takeKeyword(word: string): boolean {
    const start = this.position;
    if (start + word.length > this.bytes.length) return false;
    for (let index = 0; index < word.length; index++) {
      let octet = this.bytes[start + index] as number;
      if (octet >= 0x61 && octet <= 0x7a) octet -= 0x20;
      if (octet !== word.charCodeAt(index)) return false;
    }
    const next = this.bytes[start + word.length];
    if (next !== undefined && ((charClasses[next] as number) & CharClass.Atom) !== 0) return false;
    this.position = start + word.length;
    return true;
  }

  #digits(): number {
    const start = this.position;
    let value = 0;
    let at = start;
    while (
      at < this.bytes.length &&
      ((charClasses[this.bytes[at] as number] as number) & CharClass.Digit) !== 0
    ) {
      if (at - start >= 19) this.fail('Number too large');
      value = value * 10 + (this.bytes[at] as number) - 0x30;
      at++;
    }
    if (at === start) this.fail('Expected a number');
    this.position = at;
    return value;
  }

  /** Unsigned 32-bit number. */
  number(): number {
    const value = this.#digits();
    if (value > 0xff_ff_ff_ff) this.fail('Number too large');
    return value;
  }

  /** Unsigned 32-bit number, not zero. */
  nzNumber(): number {
    const value = this.number();
    if (value === 0) this.fail('Number must not be zero');
    return value;
  }

  /** Unsigned 63-bit number; above 2^53 - 1 the largest safe integer stands for it. */
  number64(): number {
    return Math.min(this.#digits(), Number.MAX_SAFE_INTEGER);
  }

  /** Octets of a quoted string. 8-bit octets are let through: what they mean is for the caller to say. */
  quoted(): Buffer {
    this.expect(DQUOTE);
    const start = this.position;
    const close = this.#closingQuote(start);
    this.position = close.at + 1;
    const raw = this.bytes.subarray(start, close.at);
    if (this.utf8 && !isUtf8(raw)) this.fail('Invalid UTF-8 in a quoted string');
    if (close.escapes === 0) return raw;
    const text = Buffer.allocUnsafe(raw.length - close.escapes);
    let to = 0;
    for (let from = 0; from < raw.length; from++) {
      if (raw[from] === BACKSLASH) from++;
      text[to++] = raw[from] as number;
    }
    return text;
  }

  #closingQuote(start: number): { at: number; escapes: number } {
    let escapes = 0;
    for (let at = start; at < this.bytes.length; at++) {
      const octet = this.bytes[at] as number;
      if (octet === DQUOTE) return { at, escapes };
      if (octet === BACKSLASH) {
        const next = this.bytes[at + 1];
        if (next !== DQUOTE && next !== BACKSLASH) this.fail('Invalid escape in a quoted string');
        escapes++;
        at++;
      } else if (octet === 0 || octet === 0x0a || octet === 0x0d) {
        this.fail('Invalid octet in a quoted string');
      }
    }
    return this.fail('Unterminated quoted string');
  }

  /** Octets of a literal that is part of the assembled command; `{n}`, `{n+}` and, if `binary`, `~{n}`. */
  literal(binary: boolean = false): Buffer {
    const binaryForm = binary && this.take(TILDE);
    this.expect(BRACE);
    const size = this.number64();
    this.take(0x2b);
    this.expect(0x7d);
    if (!this.take(0x0d) || !this.take(0x0a)) this.fail('Literal must follow at the end of the line');
    const end = this.position + size;
    if (end > this.bytes.length) this.fail('Literal is cut short');
    const octets = this.bytes.subarray(this.position, end);
    if (!binaryForm && octets.includes(0)) this.fail('NUL in a literal');
    this.position = end;
    return octets;
  }

  string(): Buffer {
    const octet = this.peek();
    if (octet === DQUOTE) return this.quoted();
    if (octet === BRACE) return this.literal();
    return this.fail('Expected a string');
  }

  #runOrString(bits: number): Buffer {
    const start = this.position;
    const octet = this.peek();
    if (octet === DQUOTE) return this.quoted();
    if (octet === BRACE) return this.literal();
    if (this.#run(bits).length === 0) this.fail('Expected an argument');
    return this.bytes.subarray(start, this.position);
  }

  astring(): Buffer {
    return this.#runOrString(CharClass.Astring);
  }

  /** `list-mailbox`: like astring, wildcards included. */
  listMailbox(): Buffer {
    return this.#runOrString(CharClass.List);
  }

  nstring(): Buffer | null {
    if (this.peek() !== DQUOTE && this.peek() !== BRACE) {
      if (this.takeKeyword('NIL')) return null;
    }
    return this.string();
  }

  /** Counts one level of nesting while `inner` reads. */
  nested<T>(inner: () => T): T {
    if (++this.#depth > this.limits.depth) this.failLimit('Nested too deeply');
    const result = inner();
    this.#depth--;
    return result;
  }

  /** `"(" item *(SP item) ")"`, empty if `empty` says so. */
  list<T>(item: () => T, empty: boolean = false): T[] {
    this.expect(OPEN);
    const items: T[] = [];
    if (empty && this.take(CLOSE)) return items;
    return this.nested(() => {
      for (;;) {
        items.push(item());
        if (items.length > this.limits.listItems) this.failLimit('List too long');
        if (this.take(CLOSE)) return items;
        this.space();
      }
    });
  }
}
