import type { SieveLimits } from '../limits.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';

export type Punctuation = ';' | ',' | '(' | ')' | '[' | ']' | '{' | '}';

/** A token of RFC 5228 §8.1. */
export type Token = { readonly at: Position } & (
  | { readonly kind: 'identifier' | 'tag' | 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'punctuation'; readonly text: Punctuation }
  | { readonly kind: 'end' }
);

const quantifiers: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
/** RFC 5228 §2.4.1 asks for 31 bits; 53 is what numbers hold. */
const largestNumber = Number.MAX_SAFE_INTEGER;

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Reads tokens one after the other; every character once. Throws `SieveProblem`. */
export class Lexer {
  readonly #text: string;
  readonly #limits: SieveLimits;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, limits: SieveLimits) {
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#limits = limits;
  }

  next(): Token {
    this.#skipSpace();
    const at = this.#position();
    const text = this.#text;
    if (this.#at >= text.length) return { kind: 'end', at };
    const code = text.charCodeAt(this.#at);
    const character = text.charAt(this.#at);
    if (character === '"') return { kind: 'string', text: this.#quoted(at), at };
    if (character === ':' && isLetter(text.charCodeAt(this.#at + 1))) {
      this.#at++;
      return { kind: 'tag', text: this.#word().toLowerCase(), at };
    }
    if (isLetter(code)) {
      const word = this.#word();
      if (word.toLowerCase() === 'text' && text.charAt(this.#at) === ':') {
        this.#at++;
        return { kind: 'string', text: this.#multiLine(at), at };
      }
      return { kind: 'identifier', text: word.toLowerCase(), at };
    }
    if (isDigit(code)) return { kind: 'number', value: this.#number(at), at };
    if (';,()[]{}'.includes(character)) {
      this.#at++;
      return { kind: 'punctuation', text: character as Punctuation, at };
    }
    throw new SieveProblem('unexpected', at, {
      found: excerpt(String.fromCodePoint(text.codePointAt(this.#at) ?? 0)),
    });
  }

  #position(): Position {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  /** Steps over one character, counting lines. */
  #step(): void {
    if (this.#text.charCodeAt(this.#at) === 0x0a) {
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
    this.#at++;
  }

  #skipSpace(): void {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text.charAt(this.#at);
      if (character === ' ' || character === '\t' || character === '\r' || character === '\n') this.#step();
      else if (character === '#') this.#skipLine();
      else if (character === '/' && text.charAt(this.#at + 1) === '*') this.#skipComment();
      else return;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #skipComment(): void {
    const start = this.#position();
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end === -1) throw new SieveProblem('unterminated_comment', start);
    while (this.#at < end + 2) this.#step();
  }

  #word(): string {
    const start = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!isLetter(code) && !isDigit(code)) return this.#text.slice(start, this.#at);
      this.#at++;
    }
  }

  #number(at: Position): number {
    const start = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    let value = this.#at - start > 16 ? Number.POSITIVE_INFINITY : Number(this.#text.slice(start, this.#at));
    const quantifier = quantifiers[this.#text.charAt(this.#at).toLowerCase()];
    if (quantifier !== undefined) {
      value *= quantifier;
      this.#at++;
    }
    if (value > largestNumber) throw new SieveProblem('number_too_large', at, { max: largestNumber });
    const next = this.#text.charCodeAt(this.#at);
    if (isLetter(next) || isDigit(next))
      throw new SieveProblem('unexpected', this.#position(), { found: excerpt(this.#text.charAt(this.#at)) });
    return value;
  }

  #quoted(at: Position): string {
    const text = this.#text;
    const pieces: string[] = [];
    this.#at++;
    let from = this.#at;
    for (; ; this.#step()) {
      if (this.#at >= text.length) throw new SieveProblem('unterminated_string', at);
      const character = text.charAt(this.#at);
      if (character === '"') break;
      if (character !== '\\') continue;
      pieces.push(text.slice(from, this.#at));
      this.#at++;
      from = this.#at;
      if (this.#at >= text.length) throw new SieveProblem('unterminated_string', at);
    }
    pieces.push(text.slice(from, this.#at));
    this.#at++;
    return this.#string(pieces.join(''), at);
  }

  /** What follows `text:` (RFC 5228 §2.4.2): lines up to a lone dot, dots at their start unstuffed, line ends CRLF. */
  #multiLine(at: Position): string {
    const text = this.#text;
    while (text.charAt(this.#at) === ' ' || text.charAt(this.#at) === '\t') this.#at++;
    if (text.charAt(this.#at) === '#') this.#skipLine();
    if (text.charAt(this.#at) === '\r') this.#at++;
    if (text.charAt(this.#at) !== '\n') {
      throw new SieveProblem('unexpected', this.#position(), { found: excerpt(text.charAt(this.#at)) });
    }
    this.#step();
    const lines: string[] = [];
    for (;;) {
      const feed = text.indexOf('\n', this.#at);
      const end = feed === -1 ? text.length : feed;
      const line = text.slice(this.#at, text.charAt(end - 1) === '\r' ? end - 1 : end);
      if (feed === -1 && line !== '.') throw new SieveProblem('unterminated_string', at);
      this.#at = end;
      if (feed !== -1) this.#step();
      if (line === '.') break;
      lines.push(line.startsWith('.') ? line.slice(1) : line);
    }
    return this.#string(lines.map(line => `${line}\r\n`).join(''), at);
  }

  #string(value: string, at: Position): string {
    const max = this.#limits.stringLength;
    if (value.length > max) throw new SieveProblem('string_too_long', at, { max });
    return value;
  }
}
