import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { isObject, type Json, type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import type { DispositionNotification } from '@hongyan/formats/message/disposition/notification.ts';

/** An MDN as a client asks for it (RFC 9007 §2). */
export interface WantedReceipt {
  readonly forEmailId: string;
  readonly subject: string | null;
  readonly textBody: string | null;
  readonly includeOriginalMessage: boolean;
  readonly reportingUA: string | null;
  readonly finalRecipient: string | null;
  readonly disposition: { readonly actionMode: string; readonly sendingMode: string; readonly type: string };
  readonly extensions: readonly (readonly [name: string, value: string])[];
}

const actionModes = new Set(['manual-action', 'automatic-action']);
const sendingModes = new Set(['mdn-sent-manually', 'mdn-sent-automatically']);
const types = new Set(['deleted', 'dispatched', 'displayed', 'processed']);

/** Characters of a subject, of a text, of any other value; and how many fields a client may add. */
const maxSubject = 1_000;
const maxText = 64 * 1024;
const maxValue = 500;
const maxExtensions = 20;
/** A field name (RFC 5322 §2.2) that is none of RFC 8098's own. */
const fieldName = /^[A-Za-z0-9-]{1,60}$/;
const ownFields =
  /^(?:reporting-ua|mdn-gateway|original-recipient|final-recipient|original-message-id|disposition|error|failure|warning)$/i;

function readDisposition(args: Arguments): WantedReceipt['disposition'] {
  const object = args.nested('disposition');
  if (object === null) throw args.fail('disposition', 'missing');
  const inner = new Arguments(object, (name, why) => args.fail(`disposition/${name}`, why));
  const one = (name: string, values: ReadonlySet<string>): string => {
    const value = inner.requiredString(name);
    if (!values.has(value)) throw inner.fail(name, 'unknown');
    return value;
  };
  const disposition = {
    actionMode: one('actionMode', actionModes),
    sendingMode: one('sendingMode', sendingModes),
    type: one('type', types),
  };
  inner.end();
  return disposition;
}

function readExtensions(args: Arguments): [string, string][] {
  const object = args.nested('extensionFields');
  if (object === null) return [];
  const entries = Object.entries(object);
  if (entries.length > maxExtensions) throw args.fail('extensionFields', 'too many');
  return entries.map(([name, value]) => {
    if (!fieldName.test(name) || ownFields.test(name)) throw args.fail('extensionFields', 'not a field name');
    if (typeof value !== 'string' || value.length > maxValue)
      throw args.fail('extensionFields', 'String expected');
    return [name, value];
  });
}

/** Reads an MDN to be sent. Throws `invalidProperties`. */
export function readReceipt(object: JsonObject): WantedReceipt {
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const bounded = (name: string, max: number): string | null => {
    const value = args.string(name);
    if (value !== null && value.length > max) throw args.fail(name, 'too long');
    return value;
  };
  const wanted = {
    forEmailId: args.requiredString('forEmailId'),
    subject: bounded('subject', maxSubject),
    textBody: bounded('textBody', maxText),
    includeOriginalMessage: args.boolean('includeOriginalMessage'),
    reportingUA: bounded('reportingUA', maxValue),
    finalRecipient: bounded('finalRecipient', maxValue),
    disposition: readDisposition(args),
    extensions: readExtensions(args),
  };
  for (const name of ['mdnGateway', 'originalRecipient', 'originalMessageId', 'error']) {
    if ((args.raw(name) ?? null) !== null) throw args.fail(name, 'set by the server');
  }
  args.end();
  return wanted;
}

/** Whether a patch of the email says that a receipt was sent (RFC 9007 §2.1). */
export function marksSent(patch: JsonObject | undefined): boolean {
  if (!patch) return false;
  const keywords: Json = patch['keywords'] ?? null;
  return patch['keywords/$mdnsent'] === true || (isObject(keywords) && keywords['$mdnsent'] === true);
}

/** The MDN object of a notification that was received (RFC 9007 §2.2). */
export function receiptObject(
  notification: DispositionNotification,
  more: {
    readonly forEmailId: string | null;
    readonly subject: string | null;
    readonly textBody: string | null;
  },
  includesOriginal: boolean,
): JsonObject {
  const { actionMode, sendingMode, type } = notification.disposition;
  return {
    forEmailId: more.forEmailId,
    subject: more.subject,
    textBody: more.textBody,
    includeOriginalMessage: includesOriginal,
    reportingUA: notification.reportingUA,
    disposition: { actionMode, sendingMode, type },
    mdnGateway: notification.mdnGateway,
    originalRecipient: notification.originalRecipient,
    finalRecipient: notification.finalRecipient,
    originalMessageId: notification.originalMessageId,
    error: notification.errors.length > 0 ? notification.errors : null,
    extensionFields: notification.extensions.length > 0 ? objectOf(notification.extensions) : null,
  };
}
