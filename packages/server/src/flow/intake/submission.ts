import { flattenAddresses, formatAddrSpec, parseAddresses } from '@hongyan/formats/message/address.ts';
import { formatDate } from '@hongyan/formats/message/date.ts';
import type { Principal } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SenderPolicy } from '../ports.ts';
import type { HeaderFacts } from './header-facts.ts';

/** Most authors of one message that are looked up. */
const mostAuthors = 20;

/**
 * Checks that the signed-in person may name the authors in From and the one in Sender (RFC 6409 §6.1). Without From
 * the envelope's sender will stand there, so there must be one. Throws `access.sender_not_owned`, `message.invalid`.
 */
export async function checkAuthor(
  senders: SenderPolicy,
  principal: Principal,
  reversePath: string,
  facts: HeaderFacts,
): Promise<void> {
  if (facts.from.length > 1) throw new MailError('message.invalid', { reason: 'more than one From field' });
  const [from] = facts.from;
  if (from === undefined && reversePath === '')
    throw new MailError('message.invalid', { reason: 'no From field' });
  const named = [from, facts.sender].flatMap(value =>
    value == null ? [] : flattenAddresses(parseAddresses(value)),
  );
  if (from !== undefined && named.length === 0)
    throw new MailError('message.invalid', { reason: 'empty From field' });
  if (named.length > mostAuthors) throw new MailError('message.invalid', { reason: 'too many authors' });
  for (const mailbox of named) {
    const address = formatAddrSpec(mailbox.local, mailbox.domain);
    if (!(await senders.maySendAs(principal, address))) {
      throw new MailError('access.sender_not_owned', { address: address.slice(0, 320) });
    }
  }
}

/** The fields that a message from one of our people lacks, to be put in front of it (RFC 6409 §8). */
export function completeHeader(
  facts: HeaderFacts,
  given: {
    readonly hostname: string;
    readonly queueId: string;
    readonly sender: string;
    readonly at: number;
  },
): string {
  let fields = '';
  if (!facts.hasDate) fields += `Date: ${formatDate(given.at, 0)}\r\n`;
  if (facts.from.length === 0 && given.sender !== '') fields += `From: <${given.sender}>\r\n`;
  if (!facts.hasMessageId) fields += `Message-ID: <${given.queueId}@${given.hostname}>\r\n`;
  return fields;
}
