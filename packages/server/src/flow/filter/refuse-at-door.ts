import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { NewRecipient, NewSpoolMessage, SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import { factsOf } from '../queue/queued.ts';
import { openFiltering, runActive } from './evaluate.ts';

/** Recipients of one message whose scripts are asked before it is accepted; with more it is accepted first. */
const mostAsked = 10;
/** Characters of a reason that a reply carries: one line (RFC 5321 §4.5.3.1.5). */
const reasonLength = 400;

/** Reason as a reply can carry it: printable ASCII on one line, null for anything else (RFC 5429 §2.1.1). */
export function replyReason(reason: string): string | null {
  const line = reason.trim().split(/\s+/, 200).join(' ');
  if (line === '') return null;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e) return null;
  }
  return line.slice(0, reasonLength);
}

/** The reason for which a script refuses the message and does nothing else with it; null when it does not. */
async function refusalOf(
  context: FlowContext,
  message: SpoolMessage,
  row: NewRecipient,
  summary: MessageSummary,
): Promise<string | null> {
  const { accountId } = row;
  if (accountId === null) return null;
  const recipient: SpoolRecipient = {
    id: 0,
    messageId: 0,
    kind: row.kind,
    state: 'queued',
    accountId,
    destination: row.destination,
    address: row.address,
    details: row.details ?? {},
    attempts: 0,
    due: 0,
    leaseOwner: null,
    lastError: null,
  };
  const opened = await openFiltering(
    context,
    { message, recipient, accountId, summary, prefix: message.prefix, deliveryId: '', folder: 'inbox' },
    active => active.mayRefuse,
  );
  if (opened === null) return null;
  const outcome = await runActive(opened.filtering, opened.active);
  if (outcome.kind !== 'done') return null;
  const refusal = outcome.actions.find(action => action.kind === 'reject');
  return refusal?.kind === 'reject' ? refusal.reason : null;
}

/**
 * Asks the scripts of all recipients before a message is accepted: when every one of them refuses it, whoever brings it
 * is told so at once, and no report about it can go astray (RFC 5429 §2.1). Nothing of what scripts decide is done here.
 * Throws `message.refused`; a script that fails, or a store that is away, refuses nothing.
 */
export async function refuseAtDoor(
  context: FlowContext,
  messages: readonly NewSpoolMessage[],
  summary: MessageSummary,
): Promise<void> {
  const asked = messages.flatMap(message => message.recipients.map(row => ({ message, row })));
  const direct = asked.every(({ row }) => row.kind === 'local' && row.details?.via === undefined);
  const [first] = messages;
  if (context.filters === undefined || first === undefined || first.reversePath === '') return;
  if (!direct || asked.length === 0 || asked.length > mostAsked) return;
  const reasons: string[] = [];
  for (const { message, row } of asked) {
    const { recipients: _, ...rest } = message;
    const spooled: SpoolMessage = { ...rest, id: 0, acceptedAt: context.clock.now() };
    // What we send ourselves is answered for by who made us send it.
    if (factsOf(spooled).kind === 'local') return;
    try {
      const reason = await refusalOf(context, spooled, row, summary);
      if (reason === null) return;
      reasons.push(reason);
    } catch (error) {
      if (!isMailError(error)) context.log.error('sieve.broken', { queueId: message.queueId, error });
      return;
    }
  }
  const said = replyReason(reasons[0] ?? '');
  throw new MailError('message.refused', said === null ? {} : { reason: said });
}
