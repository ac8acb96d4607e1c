/**
 * The catalogue of failures. A code is stable: logs, the API and the phrase catalogues (`error.<code>`) use it.
 * `smtp`/`enhanced` follow RFC 5321 §4.2 and RFC 3463; `http` follows RFC 9110. A 4xx SMTP reply means "try again later".
 */
export const errorCatalogue = {
  'address.invalid': { smtp: 501, enhanced: '5.1.3', http: 422 },
  'auth.failed': { smtp: 535, enhanced: '5.7.8', http: 401 },
  'auth.required': { smtp: 530, enhanced: '5.7.0', http: 401 },
  'auth.temporary': { smtp: 454, enhanced: '4.7.0', http: 503 },
  'auth.too_many_attempts': { smtp: 421, enhanced: '4.7.0', http: 429 },
  'auth.client_password_required': { smtp: 534, enhanced: '5.7.9', http: 403 },
  'auth.clients_off': { smtp: 535, enhanced: '5.7.1', http: 403 },
  'auth.confirmation_required': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'auth.choose_company': { smtp: 535, enhanced: '5.7.8', http: 401 },
  'auth.second_factor_required': { smtp: 535, enhanced: '5.7.8', http: 401 },
  'auth.second_factor_setup': { smtp: 535, enhanced: '5.7.8', http: 401 },
  'auth.second_factor_wrong': { smtp: 535, enhanced: '5.7.8', http: 401 },
  'auth.encryption_required': { smtp: 538, enhanced: '5.7.11', http: 403 },
  'account.disabled': { smtp: 550, enhanced: '5.2.1', http: 403 },
  'account.not_found': { smtp: 550, enhanced: '5.1.1', http: 404 },
  'access.denied': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'access.sender_not_owned': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'administrator.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'api.body_too_large': { smtp: 552, enhanced: '5.3.4', http: 413 },
  'api.idempotency_forgotten': { smtp: 550, enhanced: '5.0.0', http: 409 },
  'api.idempotency_mismatch': { smtp: 550, enhanced: '5.0.0', http: 422 },
  'api.idempotency_running': { smtp: 451, enhanced: '4.3.0', http: 409 },
  'api.media_type': { smtp: 550, enhanced: '5.6.1', http: 415 },
  'api.method_not_allowed': { smtp: 550, enhanced: '5.5.1', http: 405 },
  'api.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'api.precondition_failed': { smtp: 550, enhanced: '5.0.0', http: 412 },
  'api.rate_limited': { smtp: 451, enhanced: '4.7.0', http: 429 },
  'object.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'contact.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'conflict.exists': { smtp: 550, enhanced: '5.0.0', http: 409 },
  'conflict.state': { smtp: 451, enhanced: '4.3.0', http: 409 },
  'department.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'domain.not_found': { smtp: 550, enhanced: '5.1.2', http: 404 },
  'domain.not_filed': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'domain.pending': { smtp: 450, enhanced: '4.1.8', http: 409 },
  'certificate.unreadable': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'certificate.key_mismatch': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'certificate.expired': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'certificate.names': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'certificate.chain': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'certificate.not_found': { smtp: 550, enhanced: '5.1.1', http: 404 },
  'group.not_found': { smtp: 550, enhanced: '5.1.1', http: 404 },
  'group.posting_denied': { smtp: 550, enhanced: '5.7.2', http: 403 },
  'import.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'import.unreadable': { smtp: 550, enhanced: '5.0.0', http: 422 },
  'activation.closed': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'activation.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'invitation.closed': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'invitation.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'input.invalid': { smtp: 501, enhanced: '5.5.4', http: 422 },
  'job.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'limit.exceeded': { smtp: 452, enhanced: '4.5.3', http: 429 },
  'mailbox.exists': { smtp: 550, enhanced: '5.0.0', http: 409 },
  'mailbox.has_children': { smtp: 550, enhanced: '5.0.0', http: 409 },
  'mailbox.limit': { smtp: 550, enhanced: '5.0.0', http: 422 },
  'mailbox.name_invalid': { smtp: 550, enhanced: '5.0.0', http: 422 },
  'mailbox.not_found': { smtp: 550, enhanced: '5.1.1', http: 404 },
  'mailbox.protected': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'message.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'message.header_too_large': { smtp: 552, enhanced: '5.3.4', http: 413 },
  'message.too_large': { smtp: 552, enhanced: '5.3.4', http: 413 },
  'message.invalid': { smtp: 554, enhanced: '5.6.0', http: 422 },
  'message.refused': { smtp: 550, enhanced: '5.7.1', http: 422 },
  'message.loop': { smtp: 554, enhanced: '5.4.6', http: 422 },
  'plan.not_included': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'quota.exceeded': { smtp: 452, enhanced: '4.2.2', http: 507 },
  'recipient.unknown': { smtp: 550, enhanced: '5.1.1', http: 422 },
  'recipient.too_many': { smtp: 452, enhanced: '4.5.3', http: 422 },
  'relay.denied': { smtp: 550, enhanced: '5.7.1', http: 403 },
  'service.stopped': { smtp: 451, enhanced: '4.3.2', http: 403 },
  'session.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
  'store.busy': { smtp: 451, enhanced: '4.3.0', http: 503 },
  'store.corrupt': { smtp: 451, enhanced: '4.3.0', http: 500 },
  'store.full': { smtp: 452, enhanced: '4.3.1', http: 507 },
  'store.unavailable': { smtp: 451, enhanced: '4.3.0', http: 503 },
  'tag.not_found': { smtp: 550, enhanced: '5.0.0', http: 404 },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Values that go into the phrase of the error and into the log. Never secrets, never message text. */
export type ErrorFields = Readonly<Record<string, string | number | boolean>>;

/** A failure that has a name. `message` is English, for the log; people get `phrases['error.' + code]`. */
export class MailError extends Error {
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, fields: ErrorFields = {}, options?: ErrorOptions) {
    super(
      `${code}${Object.entries(fields)
        .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
        .join('')}`,
      options,
    );
    this.name = 'MailError';
    this.code = code;
    this.fields = fields;
  }

  /** Whether the same request may succeed later without a change. */
  get temporary(): boolean {
    return errorCatalogue[this.code].smtp < 500;
  }
}

/** Whether `error` is a catalogue failure, optionally of one code. */
export function isMailError(error: unknown, code?: ErrorCode): error is MailError {
  return error instanceof MailError && (code === undefined || error.code === code);
}
