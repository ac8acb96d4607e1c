import type { Scanner } from '../scanner.ts';
import { type MailboxFilter, parseMailboxFilter } from './mailbox-filter.ts';
import { parseSearch, type SearchProgram } from './search-keys.ts';

/** A whole ESEARCH: `sources` null is the selected mailbox. */
export interface MultisearchProgram extends SearchProgram {
  readonly sources: readonly MailboxFilter[] | null;
}

function parseSources(scanner: Scanner): MailboxFilter[] {
  scanner.expect(0x28);
  const sources = [parseMailboxFilter(scanner)];
  while (scanner.takeSpace()) {
    if (scanner.peek() === 0x28) scanner.fail('Unknown scope option');
    sources.push(parseMailboxFilter(scanner));
    if (sources.length > scanner.limits.listItems) scanner.failLimit('Too many sources');
  }
  scanner.expect(0x29);
  if (sources.some(source => source.of === 'selected-delayed')) scanner.fail('Unknown mailbox filter');
  return sources;
}

/** Reads what follows `ESEARCH SP`: `[IN (sources) SP] [RETURN (…) SP] keys` (RFC 7377 §4). */
export function parseMultisearch(scanner: Scanner): MultisearchProgram {
  let sources: MailboxFilter[] | null = null;
  if (scanner.takeKeyword('IN')) {
    scanner.space();
    sources = parseSources(scanner);
    scanner.space();
  }
  return { ...parseSearch(scanner), sources };
}
