import { flattenAddresses, formatAddrSpec, type Mailbox, parseAddresses } from '../../message/address.ts';
import { decodeWords } from '../../message/encoded-word.ts';
import type { HeaderBlock } from '../../message/headers.ts';
import type { Arguments } from '../language/arguments.ts';
import type { TagShape } from '../language/shape.ts';
import type { Text } from '../language/text.ts';
import { excerpt, SieveProblem } from '../problem.ts';
import type { Run } from './run.ts';

/** `:index` and `:last` (RFC 5260 §6). */
export const indexTags: Readonly<Record<string, TagShape>> = {
  index: { value: 'number', requires: 'index' },
  last: { requires: 'index' },
};

/** `:all`, `:localpart`, `:domain` (RFC 5228 §2.7.4), `:user`, `:detail` (RFC 5233 §4). */
export const addressPartTags: Readonly<Record<string, TagShape>> = {
  all: { group: 'address part' },
  localpart: { group: 'address part' },
  domain: { group: 'address part' },
  user: { group: 'address part', requires: 'subaddress' },
  detail: { group: 'address part', requires: 'subaddress' },
};

const addressParts = ['localpart', 'domain', 'user', 'detail'] as const;
export type AddressPart = (typeof addressParts)[number] | 'all';

/** Which occurrence of a field is meant; null for every one. `from`: 1 is the first, or the last when `last`. */
export interface FieldIndex {
  readonly from: number;
  readonly last: boolean;
}

export function fieldIndexOf(args: Arguments): FieldIndex | null {
  const from = args.number('index');
  if (from === null) {
    if (args.has('last'))
      throw new SieveProblem('missing_argument', args.at, { name: ':last', expected: ':index' });
    return null;
  }
  if (from < 1) args.fail('index', String(from));
  return { from, last: args.has('last') };
}

export function addressPartOf(args: Arguments): AddressPart {
  return addressParts.find(part => args.has(part)) ?? 'all';
}

/** RFC 5322 §2.2 field-name. */
export function isHeaderName(name: string): boolean {
  return name.length <= 256 && /^[!-9;-~]+$/.test(name);
}

/** Throws `bad_header_name` for a constant that can be no header name. */
export function checkHeaderNames(texts: readonly Text[]): void {
  for (const text of texts) {
    if (text.kind === 'constant' && !isHeaderName(text.value))
      throw new SieveProblem('bad_header_name', text.at, { name: excerpt(text.value) });
  }
}

/** One occurrence of a field. */
interface FieldValue {
  readonly name: string;
  /** As it stands, unfolded. */
  readonly value: string;
}

/** Occurrences of fields in headers; `index` picks one of each name in each header (RFC 5260 §6). */
export function fieldsIn(
  run: Run,
  headers: readonly HeaderBlock[],
  names: readonly Text[],
  index: FieldIndex | null,
): FieldValue[] {
  const found: FieldValue[] = [];
  for (const text of names) {
    const name = run.text(text).toLowerCase();
    for (const header of headers) {
      run.step(text.at);
      const all = header.all(name);
      const wanted = index === null ? all : all.slice(...placeOf(index, all.length));
      found.push(...wanted.map(value => ({ name, value })));
    }
  }
  return found;
}

/** Where the one occurrence stands among so many. */
function placeOf({ from, last }: FieldIndex, count: number): [start: number, end: number] {
  const start = last ? count - from : from - 1;
  return start < 0 ? [0, 0] : [start, start + 1];
}

/** Occurrences of fields of the message as they stand. */
export function fieldValues(run: Run, names: readonly Text[], index: FieldIndex | null): string[] {
  return fieldsIn(run, [run.message.header], names, index).map(({ value }) => value);
}

/** A value decoded (RFC 2047), as `header` compares it. */
export function headerText(value: string): string {
  return decodeWords(value).trim();
}

function splitDetail(local: string): { readonly user: string; readonly detail: string | null } {
  const plus = local.indexOf('+');
  if (plus === -1) return { user: local, detail: null };
  return { user: local.slice(0, plus), detail: local.slice(plus + 1) };
}

/** A part of an address; null when it has none (RFC 5233 §4: no separator, no detail). */
export function addressPart(part: AddressPart, local: string, domain: string): string | null {
  switch (part) {
    case 'all':
      return domain === '' ? local : formatAddrSpec(local, domain);
    case 'localpart':
      return local;
    case 'domain':
      return domain;
    case 'user':
      return splitDetail(local).user;
    case 'detail':
      return splitDetail(local).detail;
    default:
      return part satisfies never;
  }
}

/** The mailboxes in these fields. */
export function fieldAddresses(
  run: Run,
  headers: readonly HeaderBlock[],
  names: readonly Text[],
  index: FieldIndex | null,
): Mailbox[] {
  return fieldsIn(run, headers, names, index).flatMap(({ value }) => flattenAddresses(parseAddresses(value)));
}

/** Local part and domain of an envelope address. */
export function splitAddress(address: string): readonly [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return at === -1 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}
