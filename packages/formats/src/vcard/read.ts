import type { Buffer } from 'node:buffer';

/** One property of a vCard (RFC 6350 §3.3). */
export interface VcardProperty {
  /** Group, in lower case; empty without. */
  readonly group: string;
  /** In upper case. */
  readonly name: string;
  /** Parameters by name in upper case; a parameter without name (vCard 2.1, 3.0) is a TYPE. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** Unfolded, otherwise as it stands. */
  readonly value: string;
}

/** The properties between BEGIN and END. */
export type Vcard = readonly VcardProperty[];

/** Bounds of a vCard file. */
export interface VcardLimits {
  readonly maxCards: number;
  readonly maxProperties: number;
  /** Characters of an unfolded line. */
  readonly maxLine: number;
}

export const defaultVcardLimits: VcardLimits = { maxCards: 5_000, maxProperties: 500, maxLine: 256 * 1024 };

export interface VcardFile {
  readonly cards: readonly Vcard[];
  /** Cards that were left out: without end, or with too much in them. */
  readonly invalid: number;
  /** There are more cards than the limit. */
  readonly more: boolean;
}

/** Unfolded lines (RFC 6350 §3.2); quoted-printable values of old cards go on after a `=` at the end. */
function* unfold(text: string, maxLine: number): Generator<string, void, undefined> {
  let line: string[] | null = null;
  let length = 0;
  let at = 0;
  let soft = false;
  while (at <= text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    let stop = end;
    while (stop > at && text.charCodeAt(stop - 1) === 0x0d) stop -= 1;
    const first = text.charCodeAt(at);
    const folded = line !== null && end > at && (first === 0x20 || first === 0x09);
    if (line !== null && (folded || soft)) {
      const piece: string = text.slice(folded && !soft ? at + 1 : at, stop);
      length += piece.length;
      if (length <= maxLine) line.push(piece);
      soft = soft && piece.endsWith('=');
    } else {
      if (line !== null) yield line.join('\n');
      const piece = text.slice(at, stop);
      line = [piece.slice(0, maxLine)];
      length = piece.length;
      soft = piece.endsWith('=') && /;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i.test(piece.slice(0, 200));
    }
    at = end + 1;
  }
  if (line !== null) yield line.join('\n');
}

/** Joins folded pieces; those of quoted-printable keep their soft breaks. */
function joinPieces(raw: string): string {
  return raw.replaceAll('\n', '');
}

interface Head {
  readonly group: string;
  readonly name: string;
  readonly parameters: Map<string, string[]>;
  readonly rest: number;
}

/** Group, name and parameters; null for a line that is none. */
function readHead(line: string): Head | null {
  let at = 0;
  while (at < line.length && isNameChar(line.charCodeAt(at))) at += 1;
  let name = line.slice(0, at);
  let group = '';
  if (line.charCodeAt(at) === 0x2e) {
    group = name.toLowerCase();
    const start = at + 1;
    at = start;
    while (at < line.length && isNameChar(line.charCodeAt(at))) at += 1;
    name = line.slice(start, at);
  }
  if (name === '') return null;
  const parameters = new Map<string, string[]>();
  while (line.charCodeAt(at) === 0x3b) {
    const next = readParameter(line, at + 1, parameters);
    if (next === null) return null;
    at = next;
  }
  if (line.charCodeAt(at) !== 0x3a) return null;
  return { group, name: name.toUpperCase(), parameters, rest: at + 1 };
}

function isNameChar(code: number): boolean {
  return (
    code === 0x2d ||
    code === 0x5f ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a)
  );
}

const mostParameters = 50;

/** Reads one parameter from `start`; returns where it ends. */
function readParameter(line: string, start: number, parameters: Map<string, string[]>): number | null {
  let at = start;
  while (at < line.length && isNameChar(line.charCodeAt(at))) at += 1;
  const word = line.slice(start, at);
  const values: string[] = [];
  if (line.charCodeAt(at) !== 0x3d) {
    // TYPE left out, as old cards do.
    if (word !== '') add(parameters, 'TYPE', [word]);
    return at === start ? null : at;
  }
  do {
    at += 1;
    if (line.charCodeAt(at) === 0x22) {
      const end = line.indexOf('"', at + 1);
      if (end < 0) return null;
      values.push(line.slice(at + 1, end));
      at = end + 1;
    } else {
      const from = at;
      while (at < line.length && !',;:"'.includes(line.charAt(at))) at += 1;
      values.push(line.slice(from, at));
    }
  } while (line.charCodeAt(at) === 0x2c);
  add(parameters, word.toUpperCase(), values);
  return at;
}

function add(parameters: Map<string, string[]>, name: string, values: readonly string[]): void {
  const before = parameters.get(name);
  if (before) before.push(...values.slice(0, mostParameters));
  else if (parameters.size < mostParameters) parameters.set(name, values.slice(0, mostParameters));
}

/**
 * Reads a file of vCards, 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350). Linear, bounded, never throws: what is no property is
 * passed over, a card that breaks off is counted as invalid. Bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * const { cards } = readVcards(await file.bytes());
 */
export function readVcards(bytes: Uint8Array | Buffer, limits: VcardLimits = defaultVcardLimits): VcardFile {
  const text = new TextDecoder('utf-8').decode(bytes);
  const cards: Vcard[] = [];
  let current: VcardProperty[] | null = null;
  let depth = 0;
  let invalid = 0;
  for (const raw of unfold(text, limits.maxLine)) {
    const line = joinPieces(raw);
    const head = readHead(line);
    if (head === null) continue;
    const value = line.slice(head.rest);
    if (head.name === 'BEGIN' && value.trim().toUpperCase() === 'VCARD') {
      if (current === null) current = [];
      else depth += 1;
    } else if (current === null) continue;
    else if (head.name === 'END' && value.trim().toUpperCase() === 'VCARD') {
      if (depth > 0) {
        // A card within a card (AGENT of old ones) is left out.
        depth -= 1;
        continue;
      }
      if (cards.length >= limits.maxCards) return { cards, invalid, more: true };
      if (current.length > limits.maxProperties) invalid += 1;
      else cards.push(current);
      current = null;
    } else if (depth === 0 && current.length <= limits.maxProperties) {
      current.push({ group: head.group, name: head.name, parameters: head.parameters, value });
    }
  }
  return { cards, invalid: invalid + (current === null ? 0 : 1), more: false };
}
