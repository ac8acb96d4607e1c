import { Buffer } from 'node:buffer';
import { flattenAddresses, parseAddresses } from '@hongyan/formats/message/address.ts';
import { buildMessage } from '@hongyan/formats/message/build.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { Vacation } from '@hongyan/formats/sieve/execution/action.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { isAddressedTo, unanswerable } from './automatic.ts';
import type { Filtering } from './filtering.ts';
import { answerFields, mailboxInput, sendMessage } from './send.ts';

/** What tells the answers of a script apart (RFC 5230 §4.2). */
function handleOf(vacation: Vacation): string {
  const { handle, subject, from, mime, reason } = vacation;
  return handle === null ? `:${JSON.stringify([subject, from, mime, reason])}` : `=${handle}`;
}

async function senderOf(filtering: Filtering, vacation: Vacation): Promise<ReturnType<typeof mailboxInput>> {
  const { owner, context, scope } = filtering;
  const [wanted] = vacation.from === null ? [] : flattenAddresses(parseAddresses(vacation.from));
  if (wanted !== undefined) {
    const address = `${wanted.local}@${wanted.domain}`;
    const principal = {
      kind: 'account',
      tenantId: scope.tenantId,
      accountId: scope.accountId,
      login: owner.address,
    } as const;
    // RFC 5230 §4.3: an address that is not the owner's is as if it was not given.
    if (await context.senders.maySendAs(principal, address)) return mailboxInput(address, wanted.name);
  }
  return mailboxInput(owner.address, owner.displayName);
}

/** A MIME entity as its author wrote it, its own fields before it; only Content-* of them are taken over. */
function mimeMessage(fields: readonly string[], reason: string): Uint8Array {
  const bytes = Buffer.from(reason);
  const block = new HeaderBlock(bytes);
  const content = block.fields.filter(field => field.key.startsWith('content-'));
  const end = block.fields.at(-1)?.end ?? 0;
  const rest = bytes.subarray(end);
  const own = content.map(field => bytes.subarray(field.start, field.end));
  const gap = rest.toString('latin1', 0, 2) === '\r\n' ? '' : '\r\n';
  return Buffer.concat([
    Buffer.from(`${fields.join('')}MIME-Version: 1.0\r\n`),
    ...own,
    Buffer.from(gap),
    rest,
  ]);
}

/**
 * Answers the sender unless a program, a list or nobody sent it, it was not addressed to the owner, or the sender was
 * answered not long ago (RFC 5230 §4.2 to §4.6, RFC 3834 §2). Returns what was done, for the trace.
 */
export async function answer(filtering: Filtering, vacation: Vacation): Promise<string> {
  const { message, recipient, header, owner, door, scope, summary } = filtering;
  const { reversePath } = message;
  const own = [...owner.addresses, recipient.address, recipient.details.original ?? ''];
  const reason = unanswerable(reversePath, header, own);
  if (reason !== null) return `not answered (${reason})`;
  if (recipient.details.junk === true) return 'not answered (junk)';
  if (!isAddressedTo(header, [...own, ...vacation.addresses]))
    return 'not answered (not addressed to the owner)';
  const key = `${handleOf(vacation)}\n${reversePath.toLowerCase()}`;
  // Even with `:seconds 0` the same delivery is answered once. Remembered before it is sent: better none than two.
  const first =
    vacation.seconds === 0
      ? await door.claim(scope, 'sent', `${filtering.deliveryId}\nvacation`, 86_400_000)
      : await door.claim(scope, 'answered', key, vacation.seconds * 1000);
  if (!first) return 'not answered (answered before)';
  const phrases = createPhrases(owner.language);
  const subject =
    vacation.subject ??
    phrases.say('sieve.vacation_subject', { subject: summary.subject || phrases.say('report.no_subject') });
  const fields = answerFields(filtering, {
    from: await senderOf(filtering, vacation),
    to: [mailboxInput(reversePath, null)],
    subject,
    autoSubmitted: 'auto-replied (vacation)',
    refers: true,
  });
  const bytes = vacation.mime
    ? mimeMessage(fields, vacation.reason)
    : buildMessage(fields, { kind: 'text', text: vacation.reason });
  return `answered as ${await sendMessage(filtering, '', [reversePath], [bytes])}`;
}
