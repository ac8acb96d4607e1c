import { asBuffer, HeaderBlock } from '../headers.ts';
import { parseMessageIds } from '../message-id.ts';
import type { StoredPart } from '../part.ts';

/** What became of a message where it arrived (RFC 8098 §3.2.6), in lower case. */
export interface Disposition {
  readonly actionMode: string;
  readonly sendingMode: string;
  readonly type: string;
  readonly modifiers: readonly string[];
}

/** The machine-readable part of a disposition notification (RFC 8098 §3.1). Addresses stand with their type: `rfc822; a@b.c`. */
export interface DispositionNotification {
  readonly reportingUA: string | null;
  readonly mdnGateway: string | null;
  readonly originalRecipient: string | null;
  readonly finalRecipient: string | null;
  /** With angle brackets. */
  readonly originalMessageId: string | null;
  readonly disposition: Disposition;
  readonly errors: readonly string[];
  /** Fields that are not in RFC 8098, by their names as written. */
  readonly extensions: readonly (readonly [name: string, value: string])[];
}

/** Octets of the part that are looked at, and extension fields that are kept. */
export const maxNotificationBytes: number = 64 * 1024;
const maxExtensions = 50;
const maxErrors = 20;
const maxModifiers = 20;

const known = new Set([
  'reporting-ua',
  'mdn-gateway',
  'original-recipient',
  'final-recipient',
  'original-message-id',
  'disposition',
  'error',
]);

/** The part that has the notification: the second of a multipart/report (RFC 8098 §3); null where there is none. */
export function notificationPart(root: StoredPart): StoredPart | null {
  if (root.type !== 'multipart' || root.subtype !== 'report') return null;
  const part = root.children[1];
  const isNotification =
    part?.type === 'message' &&
    (part.subtype === 'disposition-notification' || part.subtype === 'global-disposition-notification');
  return isNotification ? part : null;
}

function oneLine(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
}

function readDisposition(value: string): Disposition | null {
  const lower = oneLine(value).toLowerCase();
  const semicolon = lower.indexOf(';');
  if (semicolon < 0) return null;
  const [actionMode = '', sendingMode = ''] = lower.slice(0, semicolon).split('/', 2);
  const rest = lower.slice(semicolon + 1);
  const slash = rest.indexOf('/');
  const type = (slash < 0 ? rest : rest.slice(0, slash)).trim();
  const modifiers = slash < 0 ? [] : rest.slice(slash + 1).split(',', maxModifiers);
  if (type === '') return null;
  return {
    actionMode: actionMode.trim(),
    sendingMode: sendingMode.trim(),
    type,
    modifiers: modifiers.map(each => each.trim()).filter(each => each !== ''),
  };
}

/** Reads the decoded content of the part; null unless it says what became of the message (RFC 8098 §3.2.6). Never throws. */
export function parseNotification(content: Uint8Array): DispositionNotification | null {
  const end = Math.min(content.length, maxNotificationBytes);
  const header = new HeaderBlock(asBuffer(content).subarray(0, end));
  const text = (name: string): string | null => header.first(name)?.trim() || null;
  const disposition = readDisposition(text('disposition') ?? '');
  if (disposition === null) return null;
  const [id] = parseMessageIds(header.first('original-message-id') ?? '');
  const others = header.fields.filter(field => !known.has(field.key)).slice(0, maxExtensions);
  return {
    reportingUA: text('reporting-ua'),
    mdnGateway: text('mdn-gateway'),
    originalRecipient: text('original-recipient'),
    finalRecipient: text('final-recipient'),
    originalMessageId: id === undefined ? null : `<${id}>`,
    disposition,
    errors: header.all('error').slice(0, maxErrors),
    extensions: others.map(field => [field.key, header.first(field.key)?.trim() ?? '']),
  };
}

/** The address in `rfc822; a@b.c`; null for other types and for what has none. */
export function addressOfRecipient(value: string | null): string | null {
  const semicolon = value?.indexOf(';') ?? -1;
  if (value === null || semicolon < 0) return null;
  const type = value.slice(0, semicolon).trim().toLowerCase();
  const address = value.slice(semicolon + 1).trim();
  return (type === 'rfc822' || type === 'utf-8') && address.includes('@') ? address : null;
}

/** The content of the part, with CRLF line ends (RFC 8098 §3.1). Line ends inside values become blanks. */
export function formatNotification(notification: DispositionNotification): string {
  const { disposition } = notification;
  const lines: string[] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null) lines.push(`${name}: ${oneLine(value)}\r\n`);
  };
  add('Reporting-UA', notification.reportingUA);
  add('MDN-Gateway', notification.mdnGateway);
  add('Original-Recipient', notification.originalRecipient);
  add('Final-Recipient', notification.finalRecipient);
  add('Original-Message-ID', notification.originalMessageId);
  const modifiers = disposition.modifiers.length > 0 ? `/${disposition.modifiers.join(',')}` : '';
  const mode = `${disposition.actionMode}/${disposition.sendingMode}`;
  add('Disposition', `${mode}; ${disposition.type}${modifiers}`);
  for (const error of notification.errors) add('Error', error);
  for (const [name, value] of notification.extensions) add(name, value);
  return lines.join('');
}
