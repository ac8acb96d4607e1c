import type { PartialRange } from '@hongyan/formats/imap/arguments/partial-range.ts';
import type { SearchReturn } from '@hongyan/formats/imap/arguments/search-returns.ts';
import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import { formatNumbers } from '@hongyan/formats/imap/sequence-set.ts';

/** What a search found, in the numbers the client asked for and in the order of the result. */
export interface SearchResult {
  readonly numbers: readonly number[];
  readonly uid: boolean;
  /** Highest MODSEQ of what is reported; null when it was not asked for or nothing was found. */
  readonly modseq: number | null;
  /** Relevancy of what is listed, in its order; null when it was not asked for (RFC 6203 §4). */
  readonly scores: readonly number[] | null;
}

/** What an ESEARCH is to say. */
export interface EsearchItems {
  readonly returns: readonly SearchReturn[];
  readonly partial: PartialRange | null;
  /** Where it was searched; only for the ESEARCH command (RFC 7377 §2.1). */
  readonly mailbox?: { readonly writeName: (writer: ImapWriter) => void; readonly uidValidity: number };
}

/** `* SEARCH 2 5 (MODSEQ 17)` (RFC 3501 §7.2.5), or `* SORT …` (RFC 5256 §4). */
export function writeSearch(writer: ImapWriter, name: 'SEARCH' | 'SORT', result: SearchResult): void {
  writer.ascii(`* ${name}`);
  for (const number of result.numbers) writer.ascii(' ').number(number);
  if (result.modseq !== null) writer.ascii(` (MODSEQ ${result.modseq})`);
  writer.crlf();
}

/** The part of a result that a PARTIAL asks for, in the order of the result (RFC 9394 §3.1). */
export function partialOf<T>(found: readonly T[], range: PartialRange): readonly T[] {
  if (!range.fromEnd) return found.slice(range.first - 1, range.last);
  return found.slice(Math.max(found.length - range.last, 0), Math.max(found.length - range.first + 1, 0));
}

function partialText(range: PartialRange): string {
  return range.fromEnd ? `-${range.first}:-${range.last}` : `${range.first}:${range.last}`;
}

/** `* ESEARCH (TAG "a1") UID ALL 2,5` (RFC 4731, RFC 9051 §7.3.4). */
export function writeEsearch(
  writer: ImapWriter,
  tag: string,
  { returns, partial, mailbox }: EsearchItems,
  result: SearchResult,
): void {
  const { numbers } = result;
  writer.ascii('* ESEARCH (TAG ').text(tag);
  if (mailbox !== undefined) {
    mailbox.writeName(writer.ascii(' MAILBOX '));
    writer.ascii(` UIDVALIDITY ${mailbox.uidValidity}`);
  }
  writer.ascii(result.uid ? ') UID' : ')');
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first !== undefined && last !== undefined) {
    if (returns.includes('MIN')) writer.ascii(` MIN ${first}`);
    if (returns.includes('MAX')) writer.ascii(` MAX ${last}`);
    if (returns.includes('ALL')) writer.ascii(' ALL ').ascii(formatNumbers(numbers));
  }
  if (returns.includes('COUNT')) writer.ascii(` COUNT ${numbers.length}`);
  if (partial !== null) {
    const part = partialOf(numbers, partial);
    writer.ascii(` PARTIAL (${partialText(partial)} `).ascii(part.length === 0 ? 'NIL' : formatNumbers(part));
    writer.ascii(')');
  }
  if (result.modseq !== null) writer.ascii(` MODSEQ ${result.modseq}`);
  if (result.scores !== null) writer.ascii(` RELEVANCY (${result.scores.join(' ')})`);
  writer.crlf();
}

/** Whether there is something to answer: SAVE, and what is promised for later, say nothing now (RFC 5182 §2.1). */
export function asksResult({ returns, partial }: Pick<EsearchItems, 'returns' | 'partial'>): boolean {
  return partial !== null || returns.some(option => option !== 'SAVE' && option !== 'CONTEXT');
}

/** The messages whose relevancy is told: those that PARTIAL lists, else all. */
export function scored<T>(
  found: readonly T[],
  { returns, partial }: Pick<EsearchItems, 'returns' | 'partial'>,
): readonly T[] {
  return partial !== null && !returns.includes('ALL') ? partialOf(found, partial) : found;
}

/**
 * What of the found messages the answer speaks of: MIN, MAX and PARTIAL alone name some of them, ALL and COUNT all
 * (RFC 5182 §2.1, RFC 7162 §3.1.10, RFC 9394 §3.2).
 */
export function reported<T>(
  found: readonly T[],
  returns: readonly SearchReturn[],
  partial: PartialRange | null,
): readonly T[] {
  const some = returns.includes('MIN') || returns.includes('MAX') || partial !== null;
  if (!some || returns.includes('ALL') || returns.includes('COUNT')) return found;
  const told = new Set<T>();
  if (returns.includes('MIN')) for (const each of found.slice(0, 1)) told.add(each);
  if (partial !== null) for (const each of partialOf(found, partial)) told.add(each);
  if (returns.includes('MAX')) for (const each of found.slice(-1)) told.add(each);
  return [...told];
}
