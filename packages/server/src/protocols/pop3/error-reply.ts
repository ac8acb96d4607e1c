import { type ErrorCode, isMailError } from '../../platform/errors.ts';
import type { ReplyName } from './replies.ts';

/** What is said of each failure that POP3 clients can do something about. */
const names: Readonly<Partial<Record<ErrorCode, ReplyName>>> = {
  'auth.failed': 'auth_failed',
  'auth.temporary': 'unavailable',
  'auth.too_many_attempts': 'auth_limited',
  'auth.client_password_required': 'auth_client_password',
  'auth.clients_off': 'auth_clients_off',
  'auth.encryption_required': 'encryption_needed',
  'account.disabled': 'auth_disabled',
  'access.denied': 'auth_failed',
  'conflict.state': 'in_use',
  'message.not_found': 'message_gone',
};

/** The one place where a failure becomes an answer; null for a failure without a name, which is a defect of ours. */
export function replyOfError(error: unknown): ReplyName | null {
  if (!isMailError(error)) return null;
  return names[error.code] ?? (error.temporary ? 'unavailable' : 'broken');
}
