import { parseSearch, type SearchProgram } from '@hongyan/formats/imap/arguments/search-keys.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { bad, type Command, type CommandResult, defineCommand, type Invocation, ok } from '../../command.ts';
import { MailboxOrder } from '../../contexts/context-order.ts';
import { follow, reusesTag, unsorted } from '../../contexts/follow.ts';
import { lastingQuery } from '../../contexts/search-contexts.ts';
import { answerFound } from '../../search/answer.ts';
import { asksModseq, namesSequences } from '../../search/compile.ts';
import { findMessages } from '../../search/find-messages.ts';
import { writeSearch } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): SearchProgram {
  scanner.space();
  return parseSearch(scanner);
}

async function answer(
  session: Session,
  program: SearchProgram,
  invocation: Invocation,
): Promise<CommandResult> {
  const { tag, uid } = invocation;
  // RFC 6855 §3: all strings are UTF-8 by then.
  if (program.charset && session.enabled.has('UTF8=ACCEPT'))
    return bad('CHARSET is not possible with UTF8=ACCEPT');
  if (reusesTag(session, program.update, tag)) return bad('Tag is in use');
  if (asksModseq(program.key)) session.enable('CONDSTORE');
  const query = program.update && lastingQuery(program.key, session.selected);
  const found = await findMessages(session, program.key);
  const returns = program.returns ?? (session.rev2 ? ['ALL' as const] : null);
  await answerFound(session, { ...program, returns }, found, invocation, result =>
    writeSearch(session.out, 'SEARCH', result),
  );
  if (program.update !== null && query !== null) {
    const { items } = program.update;
    const order = new MailboxOrder(found);
    follow(session, program.key, { tag, uid, namesMailbox: false, query, items, order, rows: unsorted });
  }
  return ok('SEARCH completed');
}

/** SEARCH and UID SEARCH (RFC 9051 §6.4.4, RFC 3501 §6.4.4), with RETURN (RFC 4731), `$` (RFC 5182), UPDATE (RFC 5267) and FUZZY (RFC 6203). */
export const search: Command = defineCommand({
  name: 'SEARCH',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  slow: true,
  capability: ['PARTIAL', 'CONTEXT=SEARCH', 'SEARCH=FUZZY'],
  rfc: [
    '9051 §6.4.4',
    '3501 §6.4.4',
    '4731',
    '5182',
    '5032',
    '7162 §3.1.5',
    '8474 §5.4',
    '8514 §4.3',
    '9394 §3.1',
    '5267 §4',
    '6855 §3',
    '6203 §3',
  ],
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
