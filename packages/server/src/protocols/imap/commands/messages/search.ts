import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSearch, type SearchProgram } from '@hongyan/formats/imap/search-keys.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchEntries } from '../../../../mailbox/rows.ts';
import { searchMessages } from '../../../../mailbox/search.ts';
import { type Command, type CommandResult, defineCommand, type Invocation, ok } from '../../command.ts';
import { asksModseq, compileSearch, namesSequences } from '../../search/compile.ts';
import { reported, writeEsearch, writeSearch } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): SearchProgram {
  scanner.space();
  return parseSearch(scanner);
}

/** Searches until done or until the client is gone. */
async function find(session: Session, program: SearchProgram): Promise<number[]> {
  const { mail, scope, selected, connection } = session;
  // This may take a while: answers to earlier commands do not wait for it.
  session.flushOutput();
  void connection.flush();
  const query = compileSearch(program.key, selected);
  const uids = await searchMessages(mail, scope, selected.id, query, selected.view, { signal: session.gone });
  return uids.filter(uid => !selected.view.isGone(uid));
}

async function highestModseq(session: Session, uids: readonly number[]): Promise<number | null> {
  if (uids.length === 0) return null;
  const { mail, scope, selected } = session;
  const entries = await fetchEntries(mail, scope, selected.id, rangesOf(uids));
  return entries.reduce<number | null>((highest, entry) => Math.max(highest ?? 0, entry.modseq), null);
}

async function answer(
  session: Session,
  program: SearchProgram,
  invocation: Invocation,
): Promise<CommandResult> {
  const { out, selected } = session;
  const { uid, tag } = invocation;
  const modseq = asksModseq(program.key);
  if (modseq) session.enable('CONDSTORE');
  const found = await find(session, program);
  const returns = program.returns ?? (session.rev2 ? ['ALL' as const] : null);
  const told = reported(found, returns ?? []);
  if (returns?.includes('SAVE')) selected.save(told);
  const numbers = uid ? found : found.map(each => selected.view.sequenceOf(each));
  const result = { numbers, uid, modseq: modseq ? await highestModseq(session, told) : null };
  if (returns === null) writeSearch(out, result);
  else if (returns.some(option => option !== 'SAVE')) writeEsearch(out, tag, returns, result);
  return ok('SEARCH completed');
}

/** SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4), with RETURN (RFC 4731) and `$` (RFC 5182). */
export const search: Command = defineCommand({
  name: 'SEARCH',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  rfc: ['9051 §6.4.4', '3501 §6.4.4', '4731', '5182', '5032', '7162 §3.1.5', '8474 §5.4', '8514 §4.3'],
  parse,
  hasNumbers: program => namesSequences(program.key),
  run: async (session, program, invocation) => {
    try {
      return await answer(session, program, invocation);
    } catch (error) {
      if (session.connection.closed) return null;
      if (program.returns?.includes('SAVE')) session.selected.save([]);
      throw error;
    }
  },
});
