import { decodeWords } from './encoded-word.ts';
import { readQuoted } from './parameters.ts';

/** One mailbox of an address list. */
export interface Mailbox {
  readonly kind: 'mailbox';
  /** Display name as written, quotes removed, encoded-words kept; null when there is none. */
  readonly rawName: string | null;
  /** Display name decoded (RFC 2047). */
  readonly name: string | null;
  /** Local part without quotes. */
  readonly local: string;
  /** Domain or domain literal as written; empty when the sender left it out. */
  readonly domain: string;
  /** Source route (RFC 5322 §4.4 obs-route) without the colon, or null. */
  readonly route: string | null;
}

/** A named group of mailboxes (RFC 5322 §3.4); may be empty. */
export interface AddressGroup {
  readonly kind: 'group';
  readonly rawName: string;
  readonly name: string;
  readonly members: readonly Mailbox[];
}

export type Address = Mailbox | AddressGroup;

/** Addresses read from one field; further ones are not reported. */
export const MAX_ADDRESSES = 10_000;

/** How far an encoded-word inside a phrase is looked for. */
const MAX_WORD_LOOKAHEAD = 256;

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const AT = 0x40;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const CLOSE_ANGLE = 0x3e;
const ENDS_ATOM = 1;
const NOT_SIMPLE = 2;
/** What characters end an atom, and which need more than the short way through an angle address. */
const CLASSES = ((): Uint8Array => {
  const table = new Uint8Array(128);
  for (const character of ' \t"(<,;:') table[character.charCodeAt(0)] = ENDS_ATOM | NOT_SIMPLE;
  for (const character of '[]\\)') table[character.charCodeAt(0)] = NOT_SIMPLE;
  return table;
})();

/** Reads one list, a character at a time; every character is visited once. */
class AddressParser {
  readonly #text: string;
  #at = 0;
  #words: Word[] = [];
  /** Some unquoted word holds an `@`, so they are an address and no name. */
  #sawAt = false;
  #comment: string | null = null;
  #angle: { local: string; domain: string; route: string | null } | null = null;
  #group: { rawName: string; members: Mailbox[] } | null = null;
  #count = 0;
  readonly #result: Address[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Address[] {
    const text = this.#text;
    while (this.#at < text.length && this.#count < MAX_ADDRESSES) {
      const character = text.charAt(this.#at);
      switch (character) {
        case ' ':
        case '\t':
          this.#at++;
          break;
        case '"': {
          const { value, end } = readQuoted(text, this.#at);
          this.#words.push({ text: value, quoted: true });
          this.#at = end;
          break;
        }
        case '(':
          this.#readComment();
          break;
        case '<':
          this.#readAngle();
          break;
        case ',':
          this.#at++;
          this.#endItem();
          break;
        case ';':
          this.#at++;
          this.#endItem();
          this.#endGroup();
          break;
        case ':':
          this.#at++;
          this.#startGroup();
          break;
        default:
          this.#readAtom();
      }
    }
    this.#endItem();
    this.#endGroup();
    return this.#result;
  }

  #readComment(): void {
    const text = this.#text;
    const start = ++this.#at;
    let depth = 1;
    while (this.#at < text.length && depth > 0) {
      const character = text[this.#at++];
      if (character === '\\') this.#at++;
      else if (character === '(') depth++;
      else if (character === ')') depth--;
    }
    this.#at = Math.min(this.#at, text.length);
    this.#comment ||= unescape(text.slice(start, depth === 0 ? this.#at - 1 : this.#at)).trim();
  }

  #readAtom(): void {
    const text = this.#text;
    const start = this.#at;
    const wordEnd = encodedWordEnd(text, start);
    let end = wordEnd > 0 ? wordEnd : start;
    if (wordEnd < 0) {
      let literal = false;
      while (end < text.length) {
        const code = text.charCodeAt(end);
        if (literal) literal = code !== CLOSE_BRACKET;
        else if (code === OPEN_BRACKET && text.charCodeAt(end - 1) === AT) literal = true;
        else if (code < 128 && ((CLASSES[code] ?? 0) & ENDS_ATOM) !== 0) break;
        end++;
      }
    }
    this.#at = Math.max(end, start + 1);
    const word = text.slice(start, this.#at);
    if (word === '>') return;
    this.#words.push({ text: word, quoted: false });
    this.#sawAt ||= word.includes('@');
  }

  /** The short way through `<local@domain>` when nothing in it is special. */
  #readSimpleAngle(): boolean {
    const text = this.#text;
    const start = this.#at + 1;
    let sign = -1;
    let end = start;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === CLOSE_ANGLE) break;
      if (code === AT) {
        if (sign >= 0 || end === start) return false;
        sign = end;
      } else if (code < 128 && ((CLASSES[code] ?? 0) & NOT_SIMPLE) !== 0) {
        return false;
      }
    }
    if (sign < 0 || end === text.length) return false;
    this.#angle = { local: text.slice(start, sign), domain: squeeze(text.slice(sign + 1, end)), route: null };
    this.#at = end + 1;
    return true;
  }

  #readAngle(): void {
    if (this.#readSimpleAngle()) return;
    const text = this.#text;
    this.#at++;
    const route = this.#readRoute();
    let content = '';
    let from = this.#at;
    let local: string | null = null;
    while (this.#at < text.length) {
      const character = text.charAt(this.#at);
      if (character === '>' || character === ',') break;
      if (character === '[' && local !== null) {
        const close = text.indexOf(']', this.#at);
        this.#at = close < 0 ? text.length : close + 1;
      } else if ('"(@<'.includes(character)) {
        content += text.slice(from, this.#at);
        if (character === '"') {
          const quoted = readQuoted(text, this.#at);
          content += quoted.value;
          this.#at = quoted.end;
        } else if (character === '(') {
          const kept = this.#comment;
          this.#readComment();
          this.#comment = kept;
        } else {
          this.#at++;
          if (character === '@') {
            local = local === null ? content.trim() : `${local}@${content.trim()}`;
            content = '';
          }
        }
        from = this.#at;
      } else {
        this.#at++;
      }
    }
    const last = (content + text.slice(from, this.#at)).trim();
    if (text[this.#at] === '>') this.#at++;
    this.#angle =
      local === null ? { local: last, domain: '', route } : { local, domain: squeeze(last), route };
  }

  /** RFC 5322 §4.4 obs-route: `@a,@b:` at the start of an angle address. */
  #readRoute(): string | null {
    const text = this.#text;
    while (text[this.#at] === ' ' || text[this.#at] === '\t') this.#at++;
    if (text[this.#at] !== '@') return null;
    const start = this.#at;
    let end = start;
    while (end < text.length && text[end] !== ':' && text[end] !== '>') end++;
    this.#at = text[end] === ':' ? end + 1 : start + 1;
    return text[end] === ':' ? squeeze(text.slice(start, end)) : null;
  }

  #startGroup(): void {
    if (this.#group !== null || this.#angle !== null || this.#words.length === 0 || this.#sawAt) return;
    this.#group = { rawName: joinWords(this.#words), members: [] };
    this.#words = [];
    this.#comment = null;
  }

  #endGroup(): void {
    if (this.#group === null) return;
    const { rawName, members } = this.#group;
    this.#result.push({ kind: 'group', rawName, name: decodeWords(rawName), members });
    this.#group = null;
    this.#count++;
  }

  #endItem(): void {
    const words = this.#words;
    const angle = this.#angle;
    const comment = this.#comment;
    this.#words = [];
    this.#sawAt = false;
    this.#angle = null;
    this.#comment = null;
    if (angle !== null) {
      if (angle.local !== '' || angle.domain !== '' || words.length > 0) {
        this.#add(joinWords(words) || comment, angle);
      }
      return;
    }
    if (words.length === 0) return;
    const spec = splitSpec(words);
    this.#add(spec.name || comment, { local: spec.local, domain: spec.domain, route: null });
  }

  #add(rawName: string | null, spec: { local: string; domain: string; route: string | null }): void {
    const name = rawName === null || rawName === '' ? null : rawName;
    const mailbox: Mailbox = {
      kind: 'mailbox',
      rawName: name,
      name: name === null ? null : decodeWords(name),
      ...spec,
    };
    this.#count++;
    if (this.#group === null) this.#result.push(mailbox);
    else this.#group.members.push(mailbox);
  }
}

/** End of the encoded-word at `start`, which may hold characters that are special in a phrase; -1 if there is none. */
function encodedWordEnd(text: string, start: number): number {
  if (text[start] !== '=' || text[start + 1] !== '?') return -1;
  const limit = Math.min(text.length, start + MAX_WORD_LOOKAHEAD);
  let marks = 0;
  for (let i = start + 2; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20) return -1;
    if (code !== 0x3f) continue;
    marks++;
    if (marks >= 3 && text[i + 1] === '=') return i + 2;
  }
  return -1;
}

function joinWords(words: readonly Word[]): string {
  return words
    .map(word => word.text)
    .join(' ')
    .trim();
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}

/** Removes blanks, which obsolete syntax allows around the dots of a domain. */
function squeeze(text: string): string {
  return text.replaceAll(/\s/g, '');
}

/** Takes apart an address without angle brackets: the last `@` decides, blanks around `@` and dots are obsolete syntax. */
function splitSpec(words: readonly Word[]): { name: string; local: string; domain: string } {
  let index = words.length - 1;
  while (index >= 0 && (words[index]?.quoted === true || words[index]?.text.includes('@') !== true)) index--;
  if (index < 0) return { name: '', local: joinWords(words), domain: '' };
  const word = words[index]?.text ?? '';
  const sign = word.lastIndexOf('@');
  const local = [word.slice(0, sign)];
  const domain = [word.slice(sign + 1)];
  let first = index;
  let last = index;
  for (let head = local[0] ?? ''; first > 0; ) {
    if (head !== '' && !head.startsWith('.') && words[first - 1]?.text.endsWith('.') !== true) break;
    head = words[--first]?.text ?? '';
    local.push(head);
  }
  for (let tail = domain[0] ?? ''; last + 1 < words.length; ) {
    if (tail !== '' && !tail.endsWith('.') && words[last + 1]?.text.startsWith('.') !== true) break;
    tail = words[++last]?.text ?? '';
    domain.push(tail);
  }
  const name = [...words.slice(0, first), ...words.slice(last + 1)];
  return { name: joinWords(name), local: local.reverse().join(''), domain: squeeze(domain.join('')) };
}

/**
 * Parses the unfolded body of From, To and their like (RFC 5322 §3.4 and §4.4, RFC 6532). Never fails: debris becomes
 * a mailbox without a domain, semicolons separate like commas.
 */
export function parseAddresses(text: string): Address[] {
  return new AddressParser(text).parse();
}

/** The mailboxes of a list, group members included, in order. */
export function flattenAddresses(addresses: readonly Address[]): Mailbox[] {
  return addresses.flatMap(address => (address.kind === 'group' ? address.members : [address]));
}

/** `local@domain`, the local part quoted where RFC 5322 §3.4.1 demands it; only the local part when there is no domain. */
export function formatAddrSpec(local: string, domain: string): string {
  if (local === '' && domain === '') return '';
  const plain = /^[^\s"(),:;<>@[\\\]\u0000-\u001f\u007f]+$/.test(local) && !/^\.|\.\.|\.$/.test(local);
  const quoted = plain ? local : `"${local.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return domain === '' ? quoted : `${quoted}@${domain}`;
}
