import type { SearchReturn } from '@hongyan/formats/imap/search-keys.ts';
import { formatNumbers } from '@hongyan/formats/imap/sequence-set.ts';
import type { ImapWriter } from '@hongyan/formats/imap/writer.ts';

/** What a search found, in the numbers the client asked for, ascending. */
export interface SearchResult {
  readonly numbers: readonly number[];
  readonly uid: boolean;
  /** Highest MODSEQ of what is reported; null when it was not asked for or nothing was found. */
  readonly modseq: number | null;
}

/** `* SEARCH 2 5 (MODSEQ 17)` (RFC 3501 §7.2.5). */
export function writeSearch(writer: ImapWriter, result: SearchResult): void {
  writer.ascii('* SEARCH');
  for (const number of result.numbers) writer.ascii(' ').number(number);
  if (result.modseq !== null) writer.ascii(` (MODSEQ ${result.modseq})`);
  writer.crlf();
}

/** `* ESEARCH (TAG "a1") UID ALL 2,5` (RFC 4731, RFC 9051 §7.3.4). */
export function writeEsearch(
  writer: ImapWriter,
  tag: string,
  returns: readonly SearchReturn[],
  result: SearchResult,
): void {
  const { numbers } = result;
  writer
    .ascii('* ESEARCH (TAG ')
    .text(tag)
    .ascii(result.uid ? ') UID' : ')');
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first !== undefined && last !== undefined) {
    if (returns.includes('MIN')) writer.ascii(` MIN ${first}`);
    if (returns.includes('MAX')) writer.ascii(` MAX ${last}`);
    if (returns.includes('ALL')) writer.ascii(' ALL ').ascii(formatNumbers(numbers));
  }
  if (returns.includes('COUNT')) writer.ascii(` COUNT ${numbers.length}`);
  if (result.modseq !== null) writer.ascii(` MODSEQ ${result.modseq}`);
  writer.crlf();
}

/** What of the found messages MIN and MAX alone speak of; all of them once ALL or COUNT is asked for (RFC 5182 §2.1, RFC 7162 §3.1.10). */
export function reported<T>(found: readonly T[], returns: readonly SearchReturn[]): readonly T[] {
  const ends = returns.includes('MIN') || returns.includes('MAX');
  if (!ends || returns.includes('ALL') || returns.includes('COUNT') || found.length === 0) return found;
  const first = returns.includes('MIN') ? found.slice(0, 1) : [];
  const last = returns.includes('MAX') ? found.slice(-1) : [];
  return found.length === 1 ? found : [...first, ...last];
}
