import type { SortCriterion, SortKey } from '@hongyan/formats/imap/arguments/ordering.ts';
import { casemap, compareCasemapped } from '@hongyan/formats/imap/collation/unicode-casemap.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { baseSubject } from '@hongyan/formats/message/subject.ts';
import { type EnvelopeValue, readEnvelopeValue } from '../../../mailbox/searching/stored-envelope.ts';
import type { MessageRow } from '../../../mailbox/types.ts';

/** Members of an ENVELOPE by their place (RFC 9051 §7.5.2). */
const place = { subject: 1, from: 2, to: 5, cc: 6 } as const;

const envelopeKeys: ReadonlySet<SortKey> = new Set([
  'CC',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'SUBJECT',
  'TO',
] as const);

/** Whether the envelope has to be read to sort like this. */
export function needsEnvelope(criteria: readonly SortCriterion[]): boolean {
  return criteria.some(criterion => envelopeKeys.has(criterion.key));
}

/** What one message is sorted by: one value a criterion. Texts are casemapped. */
export interface SortRow {
  readonly uid: number;
  readonly values: readonly (number | string)[];
}

type Person = readonly (string | null)[];

function firstPerson(value: EnvelopeValue | undefined): Person | null {
  const first = Array.isArray(value) ? (value as readonly EnvelopeValue[])[0] : null;
  return Array.isArray(first) ? (first as Person) : null;
}

/** `addr-mailbox` of the first address (RFC 5256 §3). */
function mailboxOf(value: EnvelopeValue | undefined): string {
  return decodeWords(firstPerson(value)?.[2] ?? '');
}

/** Display name of the first address, or the address; the name of a group that stands first (RFC 5957 §3). */
function displayOf(value: EnvelopeValue | undefined): string {
  const person = firstPerson(value);
  if (person === null) return '';
  const [name, , local, domain] = person;
  if (name) return decodeWords(name).trim();
  return domain ? `${local ?? ''}@${domain}` : decodeWords(local ?? '');
}

function subjectOf(value: EnvelopeValue | undefined): string {
  return typeof value === 'string' ? baseSubject(decodeWords(value)).base : '';
}

function valueOf(
  key: SortKey,
  row: MessageRow,
  envelope: readonly EnvelopeValue[],
  relevancy: number,
): number | string {
  switch (key) {
    // The most relevant comes first (RFC 6203 §6).
    case 'RELEVANCY':
      return -relevancy;
    case 'ARRIVAL':
      return row.receivedAt;
    case 'DATE':
      return row.sentAt ?? row.receivedAt;
    case 'SIZE':
      return row.size;
    case 'SUBJECT':
      return casemap(subjectOf(envelope[place.subject]));
    case 'FROM':
      return casemap(mailboxOf(envelope[place.from]));
    case 'TO':
      return casemap(mailboxOf(envelope[place.to]));
    case 'CC':
      return casemap(mailboxOf(envelope[place.cc]));
    case 'DISPLAYFROM':
      return casemap(displayOf(envelope[place.from]));
    default:
      return casemap(displayOf(envelope[place.to]));
  }
}

const nothing: readonly EnvelopeValue[] = [];

/** The values of one message. `row` must hold its envelope if `needsEnvelope` says so; `relevancy` is 1 to 100. */
export function sortRow(row: MessageRow, criteria: readonly SortCriterion[], relevancy: number = 0): SortRow {
  const envelope = row.envelope.length === 0 ? nothing : readEnvelopeValue(latin1(row.envelope));
  return {
    uid: row.uid,
    values: criteria.map(criterion => valueOf(criterion.key, row, envelope, relevancy)),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function compareValues(left: number | string, right: number | string): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCasemapped(left, right);
  return Number(left) - Number(right);
}

/** How the criteria order two messages; what these leave undecided stays in the order of the mailbox (RFC 5256 §3). */
export function compareRows(criteria: readonly SortCriterion[]): (left: SortRow, right: SortRow) => number {
  return (left, right) => {
    for (const [index, { reverse }] of criteria.entries()) {
      const order = compareValues(left.values[index] ?? 0, right.values[index] ?? 0);
      if (order !== 0) return reverse ? -order : order;
    }
    return left.uid - right.uid;
  };
}

/** Index at which `row` belongs among rows in order. */
export function sortedPlace(
  rows: readonly SortRow[],
  row: SortRow,
  compare: (left: SortRow, right: SortRow) => number,
): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle] as SortRow, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
