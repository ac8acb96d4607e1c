import { addressOfRecipient } from '../disposition/notification.ts';
import { asBuffer, HeaderBlock, isBlankLine } from '../headers.ts';
import { parseMessageIds } from '../message-id.ts';
import type { StoredPart } from '../part.ts';

/** What a delivery status notification says of one recipient (RFC 3464 §2.3). */
export interface ReportedRecipient {
  /** Addresses of the recipient, the original one first; without those of other types than mail. */
  readonly addresses: readonly string[];
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`, or whatever stands there, in lower case. */
  readonly action: string;
  /** RFC 3463 status; null where there is none. */
  readonly status: string | null;
  /** What an SMTP server answered (Diagnostic-Code of type `smtp`), on one line; null where there is none. */
  readonly reply: string | null;
}

/** The machine-readable part of a delivery status notification. */
export interface DeliveryReport {
  /** ENVID of the message that it is about (RFC 3464 §2.2.1). */
  readonly envelopeId: string | null;
  readonly recipients: readonly ReportedRecipient[];
}

/** The parts of a notification that say what became of which message. */
export interface ReportParts {
  readonly status: StoredPart;
  /** The message that it is about, or its header; null where it is left out. */
  readonly returned: StoredPart | null;
}

/** Octets of either part that are looked at, and recipients of one notification. */
export const maxReportBytes: number = 64 * 1024;
const maxRecipients = 1_000;
const maxReplyLength = 900;

const returnedTypes = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/global-headers',
]);

/** The parts of a multipart/report with a delivery status (RFC 3464 §2, RFC 6533 §4); null for anything else. */
export function reportParts(root: StoredPart): ReportParts | null {
  if (root.type !== 'multipart' || root.subtype !== 'report') return null;
  const [, status, returned] = root.children;
  const isStatus =
    status?.type === 'message' &&
    (status.subtype === 'delivery-status' || status.subtype === 'global-delivery-status');
  if (!isStatus) return null;
  const isReturned = returned !== undefined && returnedTypes.has(`${returned.type}/${returned.subtype}`);
  return { status, returned: isReturned ? returned : null };
}

/** The groups of fields, which blank lines divide (RFC 3464 §2.1). */
function* groups(bytes: Uint8Array): Generator<HeaderBlock, void, undefined> {
  const data = asBuffer(bytes);
  let start = 0;
  let at = 0;
  while (at < data.length) {
    const feed = data.indexOf(0x0a, at);
    const end = feed < 0 ? data.length : feed + 1;
    if (isBlankLine(data, at, end)) {
      if (at > start) yield new HeaderBlock(data.subarray(start, at));
      start = end;
    }
    at = end;
  }
  if (start < data.length) yield new HeaderBlock(data.subarray(start));
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .trim();
}

function replyOf(code: string | null): string | null {
  const semicolon = code?.indexOf(';') ?? -1;
  if (code === null || semicolon < 0 || code.slice(0, semicolon).trim().toLowerCase() !== 'smtp') return null;
  const reply = oneLine(code.slice(semicolon + 1))
    .slice(0, maxReplyLength)
    .toWellFormed();
  return /^[245]\d\d(?: |$)/.test(reply) ? reply : null;
}

function recipientOf(block: HeaderBlock): ReportedRecipient | null {
  const action = block.first('action')?.trim().toLowerCase() ?? '';
  if (action === '' || action.length > 40) return null;
  const given = ['original-recipient', 'final-recipient'].map(name => addressOfRecipient(block.first(name)));
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(block.first('status')?.trim() ?? '')?.[0] ?? null;
  return {
    addresses: given.filter(address => address !== null),
    action,
    status,
    reply: replyOf(block.first('diagnostic-code')),
  };
}

/** Reads the decoded content of the status part; null unless it says something of a recipient. Never throws. */
export function parseReport(content: Uint8Array): DeliveryReport | null {
  let envelopeId: string | null = null;
  const recipients: ReportedRecipient[] = [];
  for (const block of groups(content.subarray(0, maxReportBytes))) {
    envelopeId ??= block.first('original-envelope-id')?.trim() || null;
    const recipient = recipientOf(block);
    if (recipient && recipients.length < maxRecipients) recipients.push(recipient);
  }
  return recipients.length > 0 ? { envelopeId, recipients } : null;
}

/** What the header of the message that was returned tells. */
export interface ReturnedHeader {
  /** Without brackets; null where there is none. */
  readonly messageId: string | null;
  /** Ids that servers on the way gave the message, from its Received fields (RFC 5321 §4.4), the last server's first. */
  readonly traceIds: readonly string[];
}

/** Received fields that are looked at: more than any server lets pass (RFC 5321 §6.3). */
const maxReceived = 200;

/** Reads the header of the message that was returned, whole or its header alone. Never throws. */
export function returnedHeader(content: Uint8Array): ReturnedHeader {
  const header = new HeaderBlock(asBuffer(content).subarray(0, maxReportBytes));
  const traceIds = header
    .all('received')
    .slice(0, maxReceived)
    .flatMap(text => {
      const words = text.split(/[\s;]+/);
      return words.flatMap((word, at) => (at > 0 && words[at - 1]?.toLowerCase() === 'id' ? [word] : []));
    });
  return { messageId: parseMessageIds(header.first('message-id') ?? '')[0] ?? null, traceIds };
}
