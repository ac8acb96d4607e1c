import type { SearchProgram } from '@hongyan/formats/imap/arguments/search-keys.ts';
import type { Invocation } from '../command.ts';
import type { Session } from '../session.ts';
import { asksModseq } from './compile.ts';
import { highestModseqOf } from './find-messages.ts';
import { relevancyOf } from './relevancy.ts';
import { asksResult, reported, type SearchResult, scored, writeEsearch } from './write-result.ts';

/**
 * Answers SEARCH and SORT: `found` are the UIDs in the order of the result. `returns` null asks for `writePlain`, the
 * answer of old; else it is ESEARCH (RFC 4731, RFC 5267 §3). Sets `$` where SAVE asks for it (RFC 5182).
 */
export async function answerFound(
  session: Session,
  program: SearchProgram,
  found: readonly number[],
  { uid, tag }: Invocation,
  writePlain: (result: SearchResult) => void,
): Promise<void> {
  const { out, selected } = session;
  const { returns, partial } = program;
  const told = reported(found, returns ?? [], partial);
  if (returns?.includes('SAVE')) selected.save(told.toSorted((left, right) => left - right));
  const numbers = uid ? found : found.map(each => selected.view.sequenceOf(each));
  const modseq = asksModseq(program.key) ? await highestModseqOf(session, told) : null;
  const scores = returns?.includes('RELEVANCY')
    ? await relevancyOf(session, selected, program.key, scored(found, { returns, partial }))
    : null;
  const result = { numbers, uid, modseq, scores: scores && [...scores.values()] };
  if (returns === null) writePlain(result);
  else if (asksResult({ returns, partial })) writeEsearch(out, tag, { returns, partial }, result);
}
