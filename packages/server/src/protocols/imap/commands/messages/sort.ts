import { parseSort, type SortProgram } from '@hongyan/formats/imap/arguments/ordering.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { bad, type Command, type CommandResult, defineCommand, type Invocation, ok } from '../../command.ts';
import { SortedOrder } from '../../contexts/context-order.ts';
import { follow, reusesTag } from '../../contexts/follow.ts';
import { lastingQuery, type SearchContext } from '../../contexts/search-contexts.ts';
import { readSortRows } from '../../ordering/read-sort-rows.ts';
import { compareRows } from '../../ordering/sort-rows.ts';
import { answerFound } from '../../search/answer.ts';
import { asksModseq, namesSequences } from '../../search/compile.ts';
import { findMessages } from '../../search/find-messages.ts';
import { writeSearch } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): SortProgram {
  scanner.space();
  return parseSort(scanner);
}

async function answer(
  session: Session,
  program: SortProgram,
  invocation: Invocation,
): Promise<CommandResult> {
  const { tag, uid } = invocation;
  const { key, criteria, update } = program;
  if (reusesTag(session, update, tag)) return bad('Tag is in use');
  if (asksModseq(key)) session.enable('CONDSTORE');
  const query = update && lastingQuery(key, session.selected);
  const compare = compareRows(criteria);
  const rows = (await readSortRows(session, program, await findMessages(session, key))).sort(compare);
  const found = rows.map(row => row.uid);
  await answerFound(session, program, found, invocation, result => writeSearch(session.out, 'SORT', result));
  if (update !== null && query !== null) {
    const order = new SortedOrder(rows, compare);
    const read: SearchContext['rows'] = (of, uids) => readSortRows(of, program, uids);
    const { items } = update;
    follow(session, key, { tag, uid, namesMailbox: false, query, items, order, rows: read });
  }
  return ok('SORT completed');
}

/** SORT and UID SORT (RFC 5256 §3), by names as they are shown too (RFC 5957), with RETURN (RFC 5267 §3, RFC 9394). */
export const sort: Command = defineCommand({
  name: 'SORT',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  slow: true,
  capability: ['SORT', 'SORT=DISPLAY', 'ESORT', 'CONTEXT=SORT'],
  rfc: ['5256 §3', '5957 §3', '5267 §3', '5267 §4', '6203 §6', '9394 §3.1'],
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
