import { type CatenateRun, parseCatenateRun } from '@hongyan/formats/imap/arguments/catenate.ts';
import { parseDateTime } from '@hongyan/formats/imap/dates.ts';
import { parseFlagList } from '@hongyan/formats/imap/flags.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import type { FlagSet } from '../../../mailbox/types.ts';
import { flagSetOf } from '../flag-names.ts';

/** What APPEND says of one message before its first literal. */
export interface AppendHead {
  readonly flags: FlagSet;
  /** INTERNALDATE, ms since the epoch; null for now. */
  readonly receivedAt: number | null;
  /** `UTF8 (~{…})` (RFC 6855 §4): a parenthesis follows the literal. */
  readonly utf8: boolean;
  /** CATENATE (RFC 4469): its parts up to the first literal, or all of them; null for a message in one literal. */
  readonly catenate: CatenateRun | null;
}

function parseHead(scanner: Scanner): AppendHead {
  scanner.space();
  let flags: string[] = [];
  let receivedAt: number | null = null;
  if (scanner.peek() === 0x28) {
    flags = parseFlagList(scanner);
    scanner.space();
  }
  if (scanner.peek() === 0x22) {
    receivedAt = parseDateTime(scanner);
    scanner.space();
  }
  const said = { flags: flagSetOf(flags), receivedAt };
  if (scanner.takeKeyword('CATENATE')) {
    scanner.space();
    scanner.expect(0x28);
    const catenate = parseCatenateRun(scanner, { begins: true, urlLiterals: false, seen: 0 });
    return { ...said, utf8: false, catenate };
  }
  const utf8 = scanner.takeKeyword('UTF8');
  if (utf8) {
    scanner.space();
    scanner.expect(0x28);
  }
  return { ...said, utf8, catenate: null };
}

/** Most messages of one APPEND that consist of URLs alone, one after another. */
const maxHeads = 100;

/**
 * `[SP flag-list] [SP date-time] SP`, up to where the literal begins. A message made of URLs alone has none: then the next
 * one follows, if there is one, so that all but the last of the heads are complete.
 */
export function parseAppendHeads(scanner: Scanner): AppendHead[] {
  const heads: AppendHead[] = [];
  do {
    if (heads.length >= maxHeads) scanner.failLimit('Too many messages');
    heads.push(parseHead(scanner));
  } while (heads.at(-1)?.catenate?.next === 'end' && !scanner.atEnd);
  return heads;
}

/** Whether a literal must follow the heads. */
export function wantsLiteral(heads: readonly AppendHead[]): boolean {
  return heads.at(-1)?.catenate?.next !== 'end';
}
