import { type AddressBytes, parseIpv4, parseIpv6 } from './address.ts';
import { type MacroPiece, parseMacros } from './macro.ts';

/** What a matching mechanism says (RFC 7208 §4.6.2). */
export type Qualifier = 'pass' | 'fail' | 'softfail' | 'neutral';

/** A mechanism of RFC 7208 §5. `domain` null: the current domain. Prefix lengths in bits. */
export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly domain: readonly MacroPiece[] }
  | {
      readonly kind: 'a' | 'mx';
      readonly domain: readonly MacroPiece[] | null;
      readonly bits4: number;
      readonly bits6: number;
    }
  | { readonly kind: 'ptr'; readonly domain: readonly MacroPiece[] | null }
  | { readonly kind: 'ip'; readonly network: AddressBytes; readonly bits: number };

export interface Directive {
  readonly qualifier: Qualifier;
  readonly mechanism: Mechanism;
}

/** An SPF record whose syntax is right. */
export interface SpfRecord {
  readonly directives: readonly Directive[];
  readonly redirect: readonly MacroPiece[] | null;
  readonly explanation: readonly MacroPiece[] | null;
}

/** Most characters of a record that are read; those in use have a few hundred. */
export const maxSpfRecordLength: number = 16 * 1024;

const version = 'v=spf1';
const qualifiers: Readonly<Record<string, Qualifier>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

/** Whether a TXT record is meant as SPF (RFC 7208 §4.5). */
export function isSpfRecord(text: string): boolean {
  return (
    text.slice(0, 7).trimEnd().toLowerCase() === version && (text.length === 6 || text.charAt(6) === ' ')
  );
}

/** Reads a record (RFC 7208 §4.6, §12); null when any of it breaks the grammar: a permanent error. */
export function parseSpfRecord(text: string): SpfRecord | null {
  if (!isSpfRecord(text) || text.length > maxSpfRecordLength) return null;
  const directives: Directive[] = [];
  let redirect: MacroPiece[] | null = null;
  let explanation: MacroPiece[] | null = null;
  for (const term of text.slice(version.length).split(' ')) {
    if (term === '') continue;
    const modifier = modifierOf(term);
    if (modifier === null) {
      const directive = parseDirective(term);
      if (directive === null) return null;
      directives.push(directive);
    } else if (modifier.name === 'redirect') {
      if (redirect !== null) return null;
      redirect = parseDomainSpec(modifier.value);
      if (redirect === null) return null;
    } else if (modifier.name === 'exp') {
      if (explanation !== null) return null;
      explanation = parseDomainSpec(modifier.value);
      if (explanation === null) return null;
    } else if (parseMacros(modifier.value) === null) return null;
  }
  return { directives, redirect, explanation };
}

/** A term with `=` before any `:` or `/`, whose name is one (RFC 7208 §12). */
function modifierOf(term: string): { name: string; value: string } | null {
  let at = 0;
  while (at < term.length && isNameCharacter(term.charCodeAt(at))) at += 1;
  if (at === 0 || term.charAt(at) !== '=' || !isAlpha(term.charCodeAt(0))) return null;
  return { name: term.slice(0, at).toLowerCase(), value: term.slice(at + 1) };
}

function isAlpha(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNameCharacter(code: number): boolean {
  return isAlpha(code) || isDigit(code) || code === 0x2d || code === 0x2e || code === 0x5f;
}

function parseDirective(term: string): Directive | null {
  const explicit = qualifiers[term.charAt(0)];
  const text = explicit === undefined ? term : term.slice(1);
  const mechanism = parseMechanism(text);
  return mechanism && { qualifier: explicit ?? 'pass', mechanism };
}

function parseMechanism(text: string): Mechanism | null {
  let end = 0;
  while (end < text.length && isNameCharacter(text.charCodeAt(end))) end += 1;
  const kind = text.slice(0, end).toLowerCase();
  const rest = text.slice(end);
  const colon = rest.startsWith(':');
  switch (kind) {
    case 'all':
      return rest === '' ? { kind } : null;
    case 'include':
    case 'exists': {
      const domain = colon ? parseDomainSpec(rest.slice(1)) : null;
      return domain && { kind, domain };
    }
    case 'ptr': {
      if (rest === '') return { kind, domain: null };
      const domain = colon ? parseDomainSpec(rest.slice(1)) : null;
      return domain && { kind, domain };
    }
    case 'ip4':
    case 'ip6':
      return colon ? parseNetwork(rest.slice(1), kind) : null;
    case 'a':
    case 'mx': {
      const lengths = splitLengths(rest);
      if (lengths === null) return null;
      const { before, bits4, bits6 } = lengths;
      if (before === '') return { kind, domain: null, bits4, bits6 };
      const domain = colon ? parseDomainSpec(before.slice(1)) : null;
      return domain && { kind, domain, bits4, bits6 };
    }
    default:
      return null;
  }
}

function parseNetwork(text: string, kind: 'ip4' | 'ip6'): Mechanism | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const network = kind === 'ip4' ? parseIpv4(address) : parseIpv6(address);
  if (network === null) return null;
  const most = network.length * 8;
  const bits = slash < 0 ? most : parseLength(text.slice(slash + 1), most);
  return bits === null ? null : { kind: 'ip', network, bits };
}

function parseLength(text: string, most: number): number | null {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return null;
  const bits = Number(text);
  return bits <= most ? bits : null;
}

/** Takes `/n`, `//m` or `/n//m` off the end (RFC 7208 §5.6, dual-cidr-length). */
function splitLengths(text: string): { before: string; bits4: number; bits6: number } | null {
  let before = text;
  let [bits4, bits6] = [32, 128];
  const take = (slashes: string): string | null => {
    let at = before.length;
    while (at > 0 && isDigit(before.charCodeAt(at - 1))) at -= 1;
    if (!before.slice(0, at).endsWith(slashes)) return null;
    const digits = before.slice(at);
    if (slashes === '/' && before.slice(0, at).endsWith('//')) return null;
    before = before.slice(0, at - slashes.length);
    return digits;
  };
  const six = take('//');
  if (six !== null) {
    const length = parseLength(six, 128);
    if (length === null) return null;
    bits6 = length;
  }
  const four = take('/');
  if (four !== null) {
    const length = parseLength(four, 32);
    if (length === null) return null;
    bits4 = length;
  }
  return { before, bits4, bits6 };
}

/** A domain-spec (RFC 7208 §7.1): macros that end in a macro or in a dot and a top label. */
function parseDomainSpec(text: string): MacroPiece[] | null {
  const pieces = parseMacros(text);
  const last = pieces?.at(-1);
  if (!pieces || last === undefined) return null;
  if (typeof last !== 'string') return pieces;
  // `%%`, `%_` and `%-` are macros, too.
  if (/%[%_-]$/.test(text)) return pieces;
  const name = last.endsWith('.') ? last.slice(0, -1) : last;
  const dot = name.lastIndexOf('.');
  return dot >= 0 && isTopLabel(name.slice(dot + 1)) ? pieces : null;
}

function isTopLabel(label: string): boolean {
  if (label === '' || label.length > 63 || label.startsWith('-') || label.endsWith('-')) return false;
  let other = false;
  for (let at = 0; at < label.length; at += 1) {
    const code = label.charCodeAt(at);
    if (!isAlpha(code) && !isDigit(code) && code !== 0x2d) return false;
    if (!isDigit(code)) other = true;
  }
  return other;
}
