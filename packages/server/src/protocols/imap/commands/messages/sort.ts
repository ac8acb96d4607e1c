import { parseSort, type SortProgram } from '@hongyan/formats/imap/arguments/ordering.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchRows } from '../../../../mailbox/rows.ts';
import { type Command, type CommandResult, defineCommand, type Invocation, ok } from '../../command.ts';
import { needsEnvelope, type SortRow, sortRow, sortUids } from '../../ordering/sort-rows.ts';
import { answerFound } from '../../search/answer.ts';
import { asksModseq, namesSequences } from '../../search/compile.ts';
import { findMessages } from '../../search/find-messages.ts';
import { writeSearch } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): SortProgram {
  scanner.space();
  return parseSort(scanner);
}

/** The found messages in order, from the stored envelopes alone. */
async function sorted(session: Session, program: SortProgram): Promise<number[]> {
  const { mail, selected } = session;
  const { scope } = selected;
  const { criteria } = program;
  const found = await findMessages(session, program.key);
  const rows: SortRow[] = [];
  const columns = { envelope: needsEnvelope(criteria) };
  for await (const slice of fetchRows(mail, scope, selected.id, rangesOf(found), columns)) {
    for (const row of slice) rows.push(sortRow(row, criteria));
    await session.breathe();
    session.gone.throwIfAborted();
  }
  return sortUids(rows, criteria);
}

async function answer(
  session: Session,
  program: SortProgram,
  invocation: Invocation,
): Promise<CommandResult> {
  if (asksModseq(program.key)) session.enable('CONDSTORE');
  const found = await sorted(session, program);
  await answerFound(session, program, found, invocation, result => writeSearch(session.out, 'SORT', result));
  return ok('SORT completed');
}

/** SORT and UID SORT (RFC 5256 §3), by names as they are shown too (RFC 5957), with RETURN (RFC 5267 §3, RFC 9394). */
export const sort: Command = defineCommand({
  name: 'SORT',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  slow: true,
  capability: ['SORT', 'SORT=DISPLAY', 'ESORT'],
  rfc: ['5256 §3', '5957 §3', '5267 §3', '9394 §3.1'],
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
