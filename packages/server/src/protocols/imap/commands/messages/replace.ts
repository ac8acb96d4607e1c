import type { LiteralHeader } from '@hongyan/formats/imap/literal-header.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { type Appended, appendMessages } from '../../../../mailbox/append.ts';
import type { MailboxContext } from '../../../../mailbox/context.ts';
import { removeMessages } from '../../../../mailbox/expunge.ts';
import { replaceMessage } from '../../../../mailbox/filing/replace-message.ts';
import { fetchRows } from '../../../../mailbox/rows.ts';
import type { NewMessage } from '../../../../mailbox/types.ts';
import { type AppendHead, parseAppendHeads, wantsLiteral } from '../../append/append-head.ts';
import { receiveMessages } from '../../append/receive.ts';
import {
  bad,
  type Command,
  type CommandResult,
  defineCommand,
  no,
  ok,
  type ParseContext,
} from '../../command.ts';
import { findTarget, orTryCreate, tryCreate } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { type SessionMailbox, sameRealm } from '../../realms/realm.ts';
import { highestModseq } from '../../responses/highest-modseq.ts';
import type { SelectedMailbox } from '../../selected-mailbox.ts';
import type { Session } from '../../session.ts';

interface ReplaceArguments {
  readonly set: SequenceSet;
  readonly name: MailboxName;
  readonly heads: readonly AppendHead[];
}

function parse(scanner: Scanner, context: ParseContext): ReplaceArguments {
  scanner.space();
  const set = parseSequenceSet(scanner);
  const [range, more] = set.kind === 'ranges' ? set.ranges : [];
  if (range === undefined || more !== undefined || range[0] !== range[1])
    scanner.fail('Expected one message');
  scanner.space();
  const name = parseMailboxName(scanner, context);
  return { set, name, heads: parseAppendHeads(scanner) };
}

interface Work {
  readonly uid: number;
  readonly size: number;
  readonly target: SessionMailbox;
}

/** What is to be replaced and where the new message goes, or why it cannot be done. */
async function prepare(
  session: Session,
  args: ReplaceArguments,
  uid: boolean,
): Promise<Work | CommandResult> {
  const { selected } = session;
  if (!uid && session.uidOnly) return bad('Message numbers are off', 'UIDREQUIRED');
  if (selected.readOnly) return no('CANNOT', 'Mailbox is selected read-only');
  const [old] = selected.select(args.set, uid).uids;
  if (old === undefined) return no('EXPUNGEISSUED', 'Message is gone');
  const target = await findTarget(session, args.name);
  if (target === null) return tryCreate;
  for await (const [row] of fetchRows(session.mail, selected.scope, selected.id, [[old, old]], {})) {
    if (row !== undefined) return { uid: old, size: row.size, target };
  }
  return no('EXPUNGEISSUED', 'Message is gone');
}

/** Files the new message in another account, then removes the old one: never neither (RFC 8508 §3.4). */
async function replaceAcross(
  mail: MailboxContext,
  selected: SelectedMailbox,
  uid: number,
  target: SessionMailbox,
  message: NewMessage,
): Promise<Appended> {
  const filed = await appendMessages(mail, target.realm.scope, target.id, [message]);
  await removeMessages(mail, selected, [[uid, uid]]);
  return filed;
}

/** Reads over a literal that is not wanted. */
async function discard(
  session: Session,
  literal: LiteralHeader | null,
  result: CommandResult,
): Promise<CommandResult | null> {
  if (literal === null) return result;
  const ended = await session.reader.discard(literal);
  if (ended === 'flood') session.bye('Literal is too large', 'TOOBIG');
  else if (ended !== 'done') session.end();
  return ended === 'done' ? result : null;
}

/** REPLACE and UID REPLACE (RFC 8508 §3): APPENDUID first, then the old message goes. */
export const replace: Command = defineCommand({
  name: 'REPLACE',
  states: ['selected'],
  sequenceEffect: 'changes',
  capability: ['REPLACE'],
  uid: true,
  // Refused by `run`, which knows of the literal.
  numbered: false,
  streams: true,
  rfc: ['8508 §3', '4469'],
  parse,
  run: async (session, args, { uid, literal }) => {
    if (literal === null && wantsLiteral(args.heads)) return bad('Expected a literal');
    const { mail, selected } = session;
    const { scope } = selected;
    const work = await prepare(session, args, uid).catch(async (error: unknown) => {
      if (literal !== null && (await session.reader.discard(literal)) !== 'done') session.end();
      throw error;
    });
    if ('status' in work) return discard(session, literal, work);
    await using received = await receiveMessages(session, args.heads, literal, {
      scope: work.target.realm.scope,
      freedBytes: sameRealm(work.target.realm, selected.realm) ? work.size : 0,
    });
    if (received.kind === 'refused') return received.result;
    const [message, more] = received.messages;
    if (message === undefined || more !== undefined) return bad('REPLACE takes one message');
    // Awaited here: the body must stay until the message is filed.
    return await orTryCreate(async () => {
      const old = { mailboxId: selected.id, uid: work.uid };
      const filed = sameRealm(work.target.realm, selected.realm)
        ? await replaceMessage(mail, scope, old, work.target.id, message)
        : await replaceAcross(mail, selected, work.uid, work.target, message);
      session.say('OK', 'Replacement is filed', `APPENDUID ${filed.uidValidity} ${filed.uids[0]}`);
      selected.view.noteVanished([work.uid]);
      await selected.refresh();
      return ok('REPLACE completed', highestModseq(session));
    });
  },
});
