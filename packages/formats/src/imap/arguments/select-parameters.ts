import type { Scanner } from '../scanner.ts';
import { type NumberRanges, normalizeRanges, parseSequenceSet, STAR } from '../sequence-set.ts';

/** What a client remembers of a mailbox: the QRESYNC parameter of SELECT and EXAMINE (RFC 7162 §3.2.5). */
export interface QresyncParameter {
  readonly uidValidity: number;
  readonly modseq: number;
  /** UIDs the client knows; null for all of them. */
  readonly knownUids: NumberRanges | null;
  /** Pairs of sequence number and UID as the client knows them, ascending. */
  readonly matches: readonly (readonly [sequence: number, uid: number])[];
}

/** `select-param` of RFC 4466 §2.1. */
export interface SelectParameters {
  readonly condstore: boolean;
  readonly qresync: QresyncParameter | null;
}

/** Pairs of sequence numbers and UIDs that are looked at. */
const maxMatches = 10_000;

/** A set of numbers without `*` or `$` (RFC 7162 §7 `known-uids`). */
function knownSet(scanner: Scanner): NumberRanges {
  const set = parseSequenceSet(scanner);
  if (set.kind === 'saved' || set.ranges.some(range => range.includes(STAR)))
    return scanner.fail('Expected known numbers');
  return normalizeRanges(set.ranges, STAR);
}

function* numbersOf(ranges: NumberRanges): Generator<number> {
  for (const [first, last] of ranges) for (let number = first; number <= last; number++) yield number;
}

function countOf(ranges: NumberRanges): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** `(known-sequence-set SP known-uid-set)`: both must name equally many numbers. */
function sequenceMatches(scanner: Scanner): (readonly [number, number])[] {
  scanner.expect(0x28);
  const sequences = knownSet(scanner);
  scanner.space();
  const uids = knownSet(scanner);
  scanner.expect(0x29);
  if (countOf(sequences) !== countOf(uids)) scanner.fail('Sequence match data do not match');
  if (countOf(uids) > maxMatches) scanner.failLimit('Too much sequence match data');
  const second = numbersOf(uids);
  return [...numbersOf(sequences)].map(sequence => [sequence, second.next().value as number]);
}

function qresyncParameter(scanner: Scanner): QresyncParameter {
  scanner.space();
  scanner.expect(0x28);
  const uidValidity = scanner.nzNumber();
  scanner.space();
  const modseq = scanner.number64();
  if (modseq === 0) scanner.fail('Mod-sequence must not be zero');
  let knownUids: NumberRanges | null = null;
  let matches: readonly (readonly [number, number])[] = [];
  if (scanner.takeSpace()) {
    if (scanner.peek() !== 0x28) knownUids = knownSet(scanner);
    if (knownUids === null || scanner.takeSpace()) matches = sequenceMatches(scanner);
  }
  scanner.expect(0x29);
  return { uidValidity, modseq, knownUids, matches };
}

/** Reads `"(" select-param *(SP select-param) ")"`: CONDSTORE (RFC 7162 §3.1.8), QRESYNC (§3.2.5). */
export function parseSelectParameters(scanner: Scanner): SelectParameters {
  let condstore = false;
  let qresync: QresyncParameter | null = null;
  scanner.list(() => {
    if (scanner.takeKeyword('CONDSTORE')) condstore = true;
    else if (qresync === null && scanner.takeKeyword('QRESYNC')) qresync = qresyncParameter(scanner);
    else scanner.fail('Unknown SELECT parameter');
  });
  return { condstore, qresync };
}
