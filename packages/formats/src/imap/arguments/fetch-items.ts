import type { Scanner } from '../scanner.ts';
import { type PartialRange, parsePartialRange } from './partial-range.ts';

/** `section-spec` of RFC 9051 §6.4.5.1. `part` empty and `text` null is the whole message. */
export interface Section {
  readonly part: readonly number[];
  readonly text: 'HEADER' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT' | 'TEXT' | 'MIME' | null;
  /** Field names in upper case, as asked for by HEADER.FIELDS. */
  readonly fields: readonly string[];
}

/** `<offset.length>` in octets. */
export interface Partial {
  readonly offset: number;
  readonly length: number;
}

/** Items that need no argument. */
export type PlainItem =
  | 'FLAGS'
  | 'UID'
  | 'INTERNALDATE'
  | 'RFC822.SIZE'
  | 'ENVELOPE'
  | 'BODY'
  | 'BODYSTRUCTURE'
  | 'MODSEQ'
  | 'EMAILID'
  | 'THREADID'
  | 'SAVEDATE'
  | 'PREVIEW';

/** One `fetch-att`. `label` is what the answer calls it, e.g. `BODY[1.MIME]<0>`. */
export type FetchItem =
  | { readonly kind: 'plain'; readonly name: PlainItem }
  | {
      readonly kind: 'section';
      readonly section: Section;
      readonly partial: Partial | null;
      readonly peek: boolean;
      readonly label: string;
    }
  | {
      readonly kind: 'binary';
      readonly part: readonly number[];
      readonly partial: Partial | null;
      readonly peek: boolean;
      readonly label: string;
    }
  | { readonly kind: 'binary-size'; readonly part: readonly number[]; readonly label: string };

/** `fetch-modifiers` of RFC 4466 §2.4; CHANGEDSINCE and VANISHED of RFC 7162, PARTIAL of RFC 9394. */
export interface FetchModifiers {
  readonly changedSince: number | null;
  readonly vanished: boolean;
  /** Places among the messages of the set (RFC 9394 §3.4). */
  readonly partial: PartialRange | null;
}

const OPEN = 0x28;
const BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LESS = 0x3c;
const DOT = 0x2e;

const plainItems: ReadonlySet<string> = new Set<PlainItem>([
  'FLAGS',
  'UID',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODY',
  'BODYSTRUCTURE',
  'MODSEQ',
  'EMAILID',
  'THREADID',
  'SAVEDATE',
  'PREVIEW',
]);

const macros: Readonly<Record<string, readonly PlainItem[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

function isPlain(name: string): name is PlainItem {
  return plainItems.has(name);
}

/** Letters, digits, dots and dashes: item names end before `[`, which is an atom character. */
function itemName(scanner: Scanner): string {
  const start = scanner.position;
  for (;;) {
    const octet = scanner.peek();
    const letter = (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a);
    if (!letter && !(octet >= 0x30 && octet <= 0x39) && octet !== DOT && octet !== 0x2d) break;
    scanner.position++;
  }
  if (scanner.position === start) scanner.fail('Expected a FETCH item');
  return scanner.bytes.toString('latin1', start, scanner.position).toUpperCase();
}

function partNumbers(scanner: Scanner): number[] {
  const part: number[] = [];
  while (scanner.peek() >= 0x30 && scanner.peek() <= 0x39) {
    part.push(scanner.nzNumber());
    if (part.length > scanner.limits.depth * 4) scanner.failLimit('Part number too deep');
    if (scanner.peek() !== DOT) break;
    scanner.position++;
  }
  return part;
}

function sectionText(scanner: Scanner, hasPart: boolean): Pick<Section, 'text' | 'fields'> {
  const name = itemName(scanner);
  if (name === 'HEADER' || name === 'TEXT') return { text: name, fields: [] };
  if (name === 'MIME' && hasPart) return { text: name, fields: [] };
  if (name === 'HEADER.FIELDS' || name === 'HEADER.FIELDS.NOT') {
    scanner.space();
    const fields = scanner.list(() => fieldName(scanner));
    return { text: name, fields };
  }
  return scanner.fail('Unknown section');
}

function fieldName(scanner: Scanner): string {
  const name = scanner.astring();
  if (name.length === 0) scanner.fail('Empty header field name');
  for (const octet of name)
    if (octet <= 0x20 || octet >= 0x7f || octet === 0x3a) scanner.fail('Invalid header field name');
  return name.toString('latin1').toUpperCase();
}

/** `section`, brackets included. */
export function parseSection(scanner: Scanner): Section {
  scanner.expect(BRACKET);
  const part = partNumbers(scanner);
  if (scanner.take(CLOSE_BRACKET)) {
    if (scanner.bytes[scanner.position - 2] === DOT) scanner.fail('Unknown section');
    return { part, text: null, fields: [] };
  }
  if (part.length > 0 && scanner.bytes[scanner.position - 1] !== DOT) scanner.fail('Unknown section');
  const { text, fields } = sectionText(scanner, part.length > 0);
  scanner.expect(CLOSE_BRACKET);
  return { part, text, fields };
}

function sectionBinary(scanner: Scanner): number[] {
  const section = parseSection(scanner);
  if (section.text !== null) scanner.fail('BINARY takes a part number');
  return [...section.part];
}

function parsePartial(scanner: Scanner): Partial | null {
  if (!scanner.take(LESS)) return null;
  const offset = scanner.number64();
  scanner.expect(DOT);
  const length = scanner.number64();
  if (length === 0) scanner.fail('Partial length must not be zero');
  scanner.expect(0x3e);
  return { offset, length };
}

/** Text between the brackets as the answer repeats it. Names of fields that are no atoms come back quoted. */
function sectionLabel(section: Section): string {
  const path = section.part.join('.');
  if (section.text === null) return path;
  const text = path === '' ? section.text : `${path}.${section.text}`;
  if (section.fields.length === 0) return text;
  const names = section.fields.map(name =>
    /^[!#$&'+,\-./0-9:;<=>?@A-Z^_`|}~]+$/.test(name) ? name : quote(name),
  );
  return `${text} (${names.join(' ')})`;
}

function quote(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function whole(text: Section['text'], label: string, peek: boolean): FetchItem {
  return { kind: 'section', section: { part: [], text, fields: [] }, partial: null, peek, label };
}

function bracketItem(scanner: Scanner, name: string): FetchItem {
  if (name === 'BODY' || name === 'BODY.PEEK') {
    const section = parseSection(scanner);
    const partial = parsePartial(scanner);
    const label = `BODY[${sectionLabel(section)}]${partial ? `<${partial.offset}>` : ''}`;
    return { kind: 'section', section, partial, peek: name === 'BODY.PEEK', label };
  }
  if (name === 'BINARY' || name === 'BINARY.PEEK') {
    const part = sectionBinary(scanner);
    const partial = parsePartial(scanner);
    const label = `BINARY[${part.join('.')}]${partial ? `<${partial.offset}>` : ''}`;
    return { kind: 'binary', part, partial, peek: name === 'BINARY.PEEK', label };
  }
  if (name === 'BINARY.SIZE') {
    const part = sectionBinary(scanner);
    return { kind: 'binary-size', part, label: `BINARY.SIZE[${part.join('.')}]` };
  }
  return scanner.fail('Unknown FETCH item');
}

function parseItem(scanner: Scanner): FetchItem {
  const name = itemName(scanner);
  if (scanner.peek() === BRACKET) return bracketItem(scanner, name);
  if (isPlain(name)) {
    if (
      name === 'PREVIEW' &&
      scanner.bytes.toString('latin1', scanner.position, scanner.position + 2) === ' ('
    ) {
      scanner.space();
      scanner.list(() => scanner.takeKeyword('LAZY') || scanner.fail('Unknown PREVIEW modifier'));
    }
    return { kind: 'plain', name };
  }
  if (name === 'RFC822') return whole(null, 'RFC822', false);
  if (name === 'RFC822.HEADER') return whole('HEADER', 'RFC822.HEADER', true);
  if (name === 'RFC822.TEXT') return whole('TEXT', 'RFC822.TEXT', false);
  return scanner.fail('Unknown FETCH item');
}

/** What FETCH asks for: a macro, one item, or a list of items (RFC 9051 §6.4.5, RFC 3501 §6.4.5). */
export function parseFetchItems(scanner: Scanner): FetchItem[] {
  if (scanner.peek() === OPEN) return scanner.list(() => parseItem(scanner));
  for (const [name, items] of Object.entries(macros)) {
    if (scanner.takeKeyword(name)) return items.map(item => ({ kind: 'plain', name: item }));
  }
  return [parseItem(scanner)];
}

/** `(CHANGEDSINCE 12345 VANISHED PARTIAL 1:100)`. */
export function parseFetchModifiers(scanner: Scanner): FetchModifiers {
  let changedSince: number | null = null;
  let vanished = false;
  let partial: PartialRange | null = null;
  scanner.list(() => {
    const name = scanner.keyword();
    if (name === 'CHANGEDSINCE') {
      scanner.space();
      changedSince = scanner.number64();
    } else if (name === 'VANISHED') vanished = true;
    else if (name === 'PARTIAL' && partial === null) {
      scanner.space();
      partial = parsePartialRange(scanner);
    } else scanner.fail('Unknown FETCH modifier');
  });
  return { changedSince, vanished, partial };
}
