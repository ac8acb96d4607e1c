import { parseThread, type ThreadProgram } from '@hongyan/formats/imap/arguments/ordering.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchRows } from '../../../../mailbox/rows.ts';
import { messageReferences } from '../../../../mailbox/searching/references.ts';
import { type Command, type CommandResult, defineCommand, type Invocation, ok } from '../../command.ts';
import { threadBySubject } from '../../ordering/ordered-subject.ts';
import { threadByReferences } from '../../ordering/references.ts';
import { threadRow } from '../../ordering/thread-rows.ts';
import { type ThreadRow, threadText } from '../../ordering/thread-tree.ts';
import { asksModseq, namesSequences } from '../../search/compile.ts';
import { findMessages } from '../../search/find-messages.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): ThreadProgram {
  scanner.space();
  return parseThread(scanner);
}

async function rowsOf(session: Session, found: readonly number[]): Promise<ThreadRow[]> {
  const { mail, selected } = session;
  const { scope } = selected;
  const rows: ThreadRow[] = [];
  for await (const slice of fetchRows(mail, scope, selected.id, rangesOf(found), { envelope: true })) {
    const references = await messageReferences(mail, scope, slice);
    for (const row of slice) rows.push(threadRow(row, references.get(row.messageId) ?? []));
    await session.breathe();
    session.gone.throwIfAborted();
  }
  return rows;
}

async function answer(session: Session, program: ThreadProgram, { uid }: Invocation): Promise<CommandResult> {
  if (asksModseq(program.key)) session.enable('CONDSTORE');
  const rows = await rowsOf(session, await findMessages(session, program.key));
  const roots = program.algorithm === 'REFERENCES' ? threadByReferences(rows) : threadBySubject(rows);
  const { view } = session.selected;
  const text = threadText(roots, each => (uid ? each : view.sequenceOf(each)));
  session.out.ascii(text === '' ? '* THREAD\r\n' : `* THREAD ${text}\r\n`);
  return ok('THREAD completed');
}

/** THREAD and UID THREAD (RFC 5256 §3), from stored envelopes and references. */
export const thread: Command = defineCommand({
  name: 'THREAD',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  slow: true,
  capability: ['THREAD=ORDEREDSUBJECT', 'THREAD=REFERENCES'],
  rfc: ['5256 §3'],
  parse,
  hasNumbers: program => namesSequences(program.key),
  run: async (session, program, invocation) => {
    try {
      return await answer(session, program, invocation);
    } catch (error) {
      if (session.connection.closed) return null;
      throw error;
    }
  },
});
