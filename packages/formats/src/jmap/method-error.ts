import type { Json } from './json.ts';

/** Method-level errors: RFC 8620 §3.6.2, §5.1–5.6 and §6.3, RFC 8621 §4. */
export type MethodErrorType =
  | 'serverUnavailable'
  | 'serverFail'
  | 'serverPartialFail'
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'forbidden'
  | 'accountNotFound'
  | 'accountNotSupportedByMethod'
  | 'accountReadOnly'
  | 'requestTooLarge'
  | 'cannotCalculateChanges'
  | 'stateMismatch'
  | 'fromAccountNotFound'
  | 'fromAccountNotSupportedByMethod'
  | 'anchorNotFound'
  | 'unsupportedSort'
  | 'unsupportedFilter'
  | 'tooManyChanges'
  | 'unknownDataType';

/** Ends a method call with an `error` response. `description` is for programmers and is not translated. */
export class MethodError extends Error {
  readonly type: MethodErrorType;
  readonly extra: Readonly<Record<string, Json>>;

  constructor(type: MethodErrorType, description: string = '', extra: Readonly<Record<string, Json>> = {}) {
    super(description || type);
    this.name = 'MethodError';
    this.type = type;
    this.extra = description === '' ? extra : { ...extra, description };
  }

  /** Arguments of the `error` response. */
  toJSON(): Record<string, Json> {
    return { type: this.type, ...this.extra };
  }
}

/** An `invalidArguments` error that names the argument. */
export function invalidArgument(name: string, why: string): MethodError {
  return new MethodError('invalidArguments', `${name}: ${why}`, { arguments: [name] });
}

/** SetErrors: RFC 8620 §5.3 and §5.4, RFC 8621 §2.5, §4.6, §4.8, §6.3 and §7.5, RFC 9007 §2.1, RFC 9610 §2.3, RFC 9661 §2. */
export type SetErrorType =
  | 'forbidden'
  | 'overQuota'
  | 'tooLarge'
  | 'rateLimit'
  | 'notFound'
  | 'invalidPatch'
  | 'willDestroy'
  | 'invalidProperties'
  | 'singleton'
  | 'alreadyExists'
  | 'mailboxHasChild'
  | 'mailboxHasEmail'
  | 'addressBookHasContents'
  | 'blobNotFound'
  | 'tooManyKeywords'
  | 'tooManyMailboxes'
  | 'invalidEmail'
  | 'tooManyRecipients'
  | 'noRecipients'
  | 'invalidRecipients'
  | 'forbiddenMailFrom'
  | 'forbiddenFrom'
  | 'forbiddenToSend'
  | 'cannotUnsend'
  | 'mdnAlreadySent'
  | 'invalidSieve'
  | 'sieveIsActive'
  | 'serverFail'
  | 'serverUnavailable';

/** Why one object of a `/set`, `/copy` or `/import` was not changed; the rest of the call goes on. */
export class SetError extends Error {
  readonly type: SetErrorType;
  readonly extra: Readonly<Record<string, Json>>;

  constructor(type: SetErrorType, description: string = '', extra: Readonly<Record<string, Json>> = {}) {
    super(description || type);
    this.name = 'SetError';
    this.type = type;
    this.extra = description === '' ? extra : { ...extra, description };
  }

  toJSON(): Record<string, Json> {
    return { type: this.type, ...this.extra };
  }
}

/** An `invalidProperties` SetError that lists the properties. */
export function invalidProperties(properties: readonly string[], why: string = ''): SetError {
  return new SetError('invalidProperties', why, { properties: [...properties] });
}
