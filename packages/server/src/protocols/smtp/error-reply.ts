import { type ErrorCode, errorCatalogue, isMailError } from '../../platform/errors.ts';
import { reply, type SmtpReply } from './replies.ts';

/** What a peer is told of each failure: English, ASCII, nothing it need not know. */
const texts: Record<ErrorCode, string> = {
  'address.invalid': 'Address not valid',
  'auth.failed': 'Authentication credentials invalid',
  'auth.required': 'Authentication required',
  'auth.temporary': 'Temporary authentication failure',
  'auth.too_many_attempts': 'Too many failed sign-ins, try again later',
  'auth.encryption_required': 'Encryption required for authentication',
  'account.disabled': 'Account is disabled',
  'account.not_found': 'No such user here',
  'access.denied': 'Not allowed',
  'access.sender_not_owned': 'Sender address is not yours',
  'conflict.exists': 'Already exists',
  'conflict.state': 'Not possible now, try again later',
  'domain.not_found': 'Domain is not served here',
  'input.invalid': 'Not valid',
  'limit.exceeded': 'Limit exceeded, try again later',
  'mailbox.exists': 'Already exists',
  'mailbox.has_children': 'Not possible',
  'mailbox.limit': 'Limit reached',
  'mailbox.name_invalid': 'Name not valid',
  'mailbox.not_found': 'No such mailbox',
  'mailbox.protected': 'Not allowed',
  'message.not_found': 'No such message',
  'message.too_large': 'Message too large',
  'message.invalid': 'Message not acceptable',
  'message.loop': 'Message is looping',
  'quota.exceeded': 'Mailbox is full',
  'recipient.unknown': 'No such user here',
  'recipient.too_many': 'Too many recipients',
  'relay.denied': 'Relaying denied',
  'session.not_found': 'No such session',
  'store.busy': 'Busy, try again later',
  'store.corrupt': 'Local error, try again later',
  'store.full': 'Insufficient storage, try again later',
  'store.unavailable': 'Temporarily unavailable, try again later',
};

const internal = reply(451, '4.3.0', 'Local error, try again later');

/** The one place where a failure becomes an SMTP reply (RFC 5321 §4.2, RFC 3463). Anything without a name is a 451. */
export function errorReply(error: unknown): SmtpReply {
  if (!isMailError(error)) return internal;
  const { smtp, enhanced } = errorCatalogue[error.code];
  return reply(smtp, enhanced, texts[error.code]);
}
