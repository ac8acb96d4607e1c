import { type ErrorCode, isMailError } from '../../platform/errors.ts';

/** Response code (RFC 5804 §1.3) and words of a failure. */
export interface ErrorReply {
  readonly code: string | null;
  readonly text: string;
}

const replies: Readonly<Partial<Record<ErrorCode, ErrorReply>>> = {
  'auth.failed': { code: null, text: 'Authentication failed' },
  'auth.temporary': { code: 'TRYLATER', text: 'Authentication is not available now' },
  'auth.too_many_attempts': { code: 'TRYLATER', text: 'Too many attempts, try again later' },
  'auth.client_password_required': {
    code: null,
    text: 'Use a client password, made in the webmail under Settings',
  },
  'auth.clients_off': {
    code: null,
    text: 'Mail clients are turned off for this account, see Settings in the webmail',
  },
  'auth.encryption_required': { code: 'ENCRYPT-NEEDED', text: 'Encryption is required' },
  'account.disabled': { code: null, text: 'Account is disabled' },
  'access.denied': { code: null, text: 'Permission denied' },
  'store.full': { code: 'QUOTA', text: 'No space left' },
};

/** The answer to a failed command; null for a failure without a name, which is a defect of ours. */
export function replyOfError(error: unknown): ErrorReply | null {
  if (!isMailError(error)) return null;
  const known = replies[error.code];
  if (known !== undefined) return known;
  return error.temporary
    ? { code: 'TRYLATER', text: 'Try again later' }
    : { code: null, text: 'Not possible' };
}
