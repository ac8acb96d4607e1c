import { MethodError, SetError, type SetErrorType } from '@hongyan/formats/jmap/method-error.ts';
import { type ErrorCode, isMailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';

/** The method-level error for whatever a method threw. What nobody foresaw is logged and told as `serverFail`. */
export function toMethodError(error: unknown, log: Log, method: string): MethodError {
  if (error instanceof MethodError) return error;
  if (isMailError(error)) {
    if (error.code === 'access.denied') return new MethodError('forbidden');
    if (error.code === 'account.not_found') return new MethodError('accountNotFound');
    if (error.code.startsWith('store.') && error.code !== 'store.corrupt') {
      log.warn('jmap.unavailable', { method, error });
      return new MethodError('serverUnavailable', error.code);
    }
  }
  log.error('jmap.method_failed', { method, error });
  return new MethodError('serverFail', 'see the server log');
}

const setErrors: Partial<Record<ErrorCode, SetErrorType>> = {
  'access.denied': 'forbidden',
  'mailbox.protected': 'forbidden',
  'mailbox.limit': 'overQuota',
  'mailbox.has_children': 'mailboxHasChild',
  'message.not_found': 'notFound',
  'message.too_large': 'tooLarge',
  'quota.exceeded': 'overQuota',
  'limit.exceeded': 'tooManyKeywords',
  'access.sender_not_owned': 'forbiddenFrom',
  'store.busy': 'serverUnavailable',
  'store.full': 'serverUnavailable',
  'store.unavailable': 'serverUnavailable',
};

/** Properties that a failure is about, where the catalogue does not say. */
const propertyOf: Partial<Record<ErrorCode, string>> = {
  'mailbox.not_found': 'mailboxIds',
  'mailbox.exists': 'name',
  'mailbox.name_invalid': 'name',
  'conflict.exists': 'role',
  'input.invalid': 'keywords',
  'address.invalid': 'email',
};

/** The SetError for whatever the change of one object threw. */
export function toSetError(error: unknown, log: Log): SetError {
  if (error instanceof SetError) return error;
  if (isMailError(error)) {
    const type = setErrors[error.code];
    const max = error.fields['max'];
    if (type === 'tooLarge' && typeof max === 'number') {
      return new SetError(type, error.code, { maxSize: max });
    }
    if (type) return new SetError(type, error.code);
    const property = propertyOf[error.code];
    if (property) return new SetError('invalidProperties', error.code, { properties: [property] });
  }
  log.error('jmap.set_failed', { error });
  return new SetError('serverFail', 'see the server log');
}
