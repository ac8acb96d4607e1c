import { Buffer } from 'node:buffer';
import { formatAddrSpec } from '@hongyan/formats/message/address.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { parseMessageIds } from '@hongyan/formats/message/message-id.ts';
import { type EnvelopeValue, readEnvelopeValue } from '../searching/stored-envelope.ts';

/** A person in a header field (RFC 8621 §4.1.2.3). */
export interface EmailAddress {
  readonly name: string | null;
  readonly email: string;
}

/** The convenience properties that a stored ENVELOPE can give without the message (RFC 8621 §4.1.3). */
export interface EmailEnvelope {
  readonly subject: string | null;
  readonly from: readonly EmailAddress[] | null;
  readonly sender: readonly EmailAddress[] | null;
  readonly replyTo: readonly EmailAddress[] | null;
  readonly to: readonly EmailAddress[] | null;
  readonly cc: readonly EmailAddress[] | null;
  readonly bcc: readonly EmailAddress[] | null;
  readonly inReplyTo: readonly string[] | null;
  readonly messageId: readonly string[] | null;
}

/**
 * Reads a stored ENVELOPE. IMAP repeats From where Sender or Reply-To are missing (RFC 9051 §7.5.2); here they are null
 * then, and also when the message itself repeats From, which says the same.
 */
export function emailEnvelope(envelope: Uint8Array): EmailEnvelope {
  const text = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength).toString('latin1');
  const fields = readEnvelopeValue(text);
  const subject = fields[1];
  const from = people(fields[2]);
  const unlessFrom = (value: EnvelopeValue | undefined): readonly EmailAddress[] | null =>
    JSON.stringify(value) === JSON.stringify(fields[2]) ? null : people(value);
  return {
    subject: typeof subject === 'string' ? decodeWords(subject).trimStart().normalize('NFC') : null,
    from,
    sender: unlessFrom(fields[3]),
    replyTo: unlessFrom(fields[4]),
    to: people(fields[5]),
    cc: people(fields[6]),
    bcc: people(fields[7]),
    inReplyTo: ids(fields[8]),
    messageId: ids(fields[9]),
  };
}

/** The mailboxes of an address list; marks of groups are passed over. */
function people(value: EnvelopeValue | undefined): EmailAddress[] | null {
  if (!Array.isArray(value)) return null;
  const list: EmailAddress[] = [];
  for (const person of value as readonly EnvelopeValue[]) {
    if (!Array.isArray(person)) continue;
    const [name, , local, domain] = person as readonly (string | null)[];
    // A group begins with its name as local part and no domain, and ends with neither.
    if (domain === null || domain === undefined) continue;
    list.push({
      name: name ? decodeWords(name).trim().normalize('NFC') : null,
      email: formatAddrSpec(decodeWords(local ?? ''), decodeWords(domain)),
    });
  }
  return list;
}

function ids(value: EnvelopeValue | undefined): string[] | null {
  if (typeof value !== 'string') return null;
  const list = parseMessageIds(value);
  return list.length === 0 ? null : list;
}
