import { advertisedCharsets } from '@hongyan/formats/imap/charset.ts';
import { BadCharsetError, ImapSyntaxError } from '@hongyan/formats/imap/syntax-error.ts';
import { type ErrorCode, isMailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { bad, type CommandResult, no } from './command.ts';

/** Response code (RFC 5530, RFC 9051 §7.1) and words for each failure that has a name. */
const replies: Readonly<Partial<Record<ErrorCode, readonly [code: string, text: string]>>> = {
  'auth.failed': ['AUTHENTICATIONFAILED', 'Authentication failed'],
  'auth.required': ['AUTHENTICATIONFAILED', 'Authentication required'],
  'auth.temporary': ['UNAVAILABLE', 'Authentication is not available now'],
  'auth.too_many_attempts': ['UNAVAILABLE', 'Too many attempts, try again later'],
  'auth.client_password_required': [
    'AUTHORIZATIONFAILED',
    'Use a client password, made in the webmail under Settings',
  ],
  'auth.clients_off': [
    'AUTHORIZATIONFAILED',
    'Mail clients are turned off for this account, see Settings in the webmail',
  ],
  'auth.encryption_required': ['PRIVACYREQUIRED', 'Encryption is required'],
  'account.disabled': ['CONTACTADMIN', 'Account is disabled'],
  'service.stopped': ['UNAVAILABLE', 'Mail service is stopped'],
  'account.not_found': ['NONEXISTENT', 'No such account'],
  'access.denied': ['NOPERM', 'Permission denied'],
  'conflict.exists': ['ALREADYEXISTS', 'It exists already'],
  'conflict.state': ['INUSE', 'Changed by someone else meanwhile'],
  'input.invalid': ['CANNOT', 'Invalid argument'],
  'limit.exceeded': ['LIMIT', 'Limit reached'],
  'mailbox.exists': ['ALREADYEXISTS', 'Mailbox exists already'],
  'mailbox.has_children': ['HASCHILDREN', 'Mailbox has children'],
  'mailbox.limit': ['LIMIT', 'Too many mailboxes'],
  'mailbox.name_invalid': ['CANNOT', 'Mailbox name is not allowed'],
  'mailbox.not_found': ['NONEXISTENT', 'No such mailbox'],
  'mailbox.protected': ['CANNOT', 'Not possible with this mailbox'],
  'message.not_found': ['EXPUNGEISSUED', 'Message is gone'],
  'message.too_large': ['TOOBIG', 'Message is too large'],
  'message.invalid': ['CANNOT', 'Message is not acceptable'],
  'quota.exceeded': ['OVERQUOTA', 'Mailbox is full'],
  'store.busy': ['UNAVAILABLE', 'Busy, try again'],
  'store.corrupt': ['CORRUPTION', 'Stored data is damaged'],
  'store.full': ['UNAVAILABLE', 'No space left'],
  'store.unavailable': ['UNAVAILABLE', 'Not available now'],
};

/** The answer to a failed command; null for a failure without a name, which is a defect of ours. */
export function resultOfError(error: unknown): CommandResult | null {
  if (error instanceof ImapSyntaxError)
    return error.overLimit ? bad(error.message, 'LIMIT') : bad(error.message);
  if (error instanceof BadCharsetError)
    return no(`BADCHARSET (${advertisedCharsets.join(' ')})`, error.message);
  if (!isMailError(error)) return null;
  const [code, text] =
    replies[error.code] ??
    (error.temporary ? ['UNAVAILABLE', 'Try again later'] : ['CANNOT', 'Not possible']);
  return no(code, text);
}

/** What is told of a command that failed, by its own doing or by ours; the latter is logged. */
export function resultOfFailure(log: Log, command: string, error: unknown): CommandResult {
  const result = resultOfError(error);
  if (result !== null) return result;
  log.error('imap.command_failed', { command, error });
  return no('SERVERBUG', 'Internal error');
}
