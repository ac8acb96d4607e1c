import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { formatNumbers } from '@hongyan/formats/imap/sequence-set.ts';
import { appendMessages } from '../../../../mailbox/append.ts';
import { type AppendHead, parseAppendHeads, wantsLiteral } from '../../append/append-head.ts';
import { receiveMessages } from '../../append/receive.ts';
import { bad, type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findTarget, orTryCreate, tryCreate } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';

interface AppendArguments {
  readonly name: MailboxName;
  readonly heads: readonly AppendHead[];
}

function parse(scanner: Scanner, context: ParseContext): AppendArguments {
  scanner.space();
  const name = parseMailboxName(scanner, context);
  return { name, heads: parseAppendHeads(scanner) };
}

/**
 * APPEND, of several messages too (RFC 9051 §6.3.12, RFC 3502, RFC 6855 §4), put together
 * on the server too (CATENATE, RFC 4469). Bodies go to the blob store as they come.
 */
export const append: Command = defineCommand({
  name: 'APPEND',
  states: signedIn,
  streams: true,
  capability: ['MULTIAPPEND', 'CATENATE'],
  rfc: ['9051 §6.3.12', '3501 §6.3.11', '3502', '4315 §3', '4469', '6855 §4', '7888 §4', '7889 §4'],
  parse,
  run: async (session, { name, heads }, { literal }) => {
    if (literal === null && wantsLiteral(heads)) return bad('Expected a literal');
    const { mail, reader } = session;
    const target = await findTarget(session, name).catch(async (error: unknown) => {
      if (literal !== null && (await reader.discard(literal)) !== 'done') session.end();
      throw error;
    });
    if (target === null) {
      if (literal !== null && (await reader.discard(literal)) !== 'done') session.end();
      return tryCreate;
    }
    const { scope } = target.realm;
    await using received = await receiveMessages(session, heads, literal, { scope });
    if (received.kind === 'refused') return received.result;
    // Awaited here: the bodies must stay until the messages are filed.
    return await orTryCreate(async () => {
      const { uidValidity, uids } = await appendMessages(mail, scope, target.id, received.messages);
      if (session.hasSelected(target)) await session.selected.refresh();
      return ok('APPEND completed', `APPENDUID ${uidValidity} ${formatNumbers(uids)}`);
    });
  },
});
