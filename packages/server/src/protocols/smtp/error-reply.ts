import { type ErrorCode, errorCatalogue, isMailError } from '../../platform/errors.ts';
import { reply, type SmtpReply } from './replies.ts';

/** What a peer is told of each failure: English, ASCII, nothing it need not know. */
const texts: Record<ErrorCode, string> = {
  'address.invalid': 'Address not valid',
  'auth.failed': 'Authentication credentials invalid',
  'auth.required': 'Authentication required',
  'auth.temporary': 'Temporary authentication failure',
  'auth.too_many_attempts': 'Too many failed sign-ins, try again later',
  'auth.client_password_required': 'Use a client password, made in the webmail under Settings',
  'auth.clients_off': 'Mail clients are turned off for this account, see Settings in the webmail',
  'auth.confirmation_required': 'Not allowed',
  'auth.choose_company': 'Authentication credentials invalid',
  'auth.second_factor_required': 'Authentication credentials invalid',
  'auth.second_factor_wrong': 'Authentication credentials invalid',
  'auth.encryption_required': 'Encryption required for authentication',
  'administrator.not_found': 'No such administrator',
  'api.body_too_large': 'Too large',
  'api.idempotency_forgotten': 'Not possible',
  'api.idempotency_mismatch': 'Not possible',
  'api.idempotency_running': 'Not possible now, try again later',
  'api.media_type': 'Not valid',
  'api.method_not_allowed': 'Not allowed',
  'api.not_found': 'Not found',
  'api.precondition_failed': 'Not possible',
  'api.rate_limited': 'Too many requests, try again later',
  'object.not_found': 'Not found',
  'account.disabled': 'Account is disabled',
  'account.not_found': 'No such user here',
  'access.denied': 'Not allowed',
  'access.sender_not_owned': 'Sender address is not yours',
  'contact.not_found': 'No such contact',
  'conflict.exists': 'Already exists',
  'conflict.state': 'Not possible now, try again later',
  'department.not_found': 'No such department',
  'certificate.chain': 'Not valid',
  'certificate.expired': 'Not valid',
  'certificate.key_mismatch': 'Not valid',
  'certificate.names': 'Not valid',
  'certificate.not_found': 'No such certificate',
  'certificate.unreadable': 'Not valid',
  'domain.not_filed': 'Domain is not filed',
  'domain.pending': 'Domain is not in effect yet, try again later',
  'domain.not_found': 'Domain is not served here',
  'group.not_found': 'No such group here',
  'group.posting_denied': 'You are not allowed to write to this group',
  'import.not_found': 'No such import',
  'import.unreadable': 'Not readable',
  'invitation.closed': 'Not allowed',
  'invitation.not_found': 'No such invitation',
  'input.invalid': 'Not valid',
  'job.not_found': 'No such job',
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
  'message.refused': 'Refused by the recipient',
  'plan.not_included': 'Not part of the plan',
  'quota.exceeded': 'Mailbox is full',
  'recipient.unknown': 'No such user here',
  'recipient.too_many': 'Too many recipients',
  'relay.denied': 'Relaying denied',
  'service.stopped': 'Mail service is stopped for now, try again later',
  'session.not_found': 'No such session',
  'store.busy': 'Busy, try again later',
  'store.corrupt': 'Local error, try again later',
  'store.full': 'Insufficient storage, try again later',
  'store.unavailable': 'Temporarily unavailable, try again later',
  'tag.not_found': 'No such tag',
};

const internal = reply(451, '4.3.0', 'Local error, try again later');

/** The one place where a failure becomes an SMTP reply (RFC 5321 §4.2, RFC 3463). Anything without a name is a 451. */
export function errorReply(error: unknown): SmtpReply {
  if (!isMailError(error)) return internal;
  const { smtp, enhanced } = errorCatalogue[error.code];
  // The one failure whose words are the recipient's own (RFC 5429 §2.1.1); they are ASCII on one line.
  const reason = error.code === 'message.refused' ? error.fields['reason'] : undefined;
  return reply(smtp, enhanced, typeof reason === 'string' ? reason : texts[error.code]);
}
