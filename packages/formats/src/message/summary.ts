import { Buffer } from 'node:buffer';
import { type Address, flattenAddresses, formatAddrSpec, type Mailbox } from './address.ts';
import { renderBodyStructure } from './body-structure.ts';
import { hasAttachment } from './content.ts';
import { parseDate } from './date.ts';
import { decodeWords } from './encoded-word.ts';
import { type EnvelopeFields, envelopeText, readEnvelope } from './envelope.ts';
import { HeaderBlock } from './headers.ts';
import { parseMessageIds } from './message-id.ts';
import type { MessageStructure } from './part.ts';
import { encodeParts } from './part-table.ts';
import { baseSubject } from './subject.ts';
import { makePreview } from './text/preview.ts';

/** What the store keeps of a message so that lists, sorting and threading never open the body. */
export interface MessageSummary {
  /** Octets of the message and of its header (blank line included). */
  readonly size: number;
  readonly headerSize: number;
  /** IMAP ENVELOPE value. */
  readonly envelope: Uint8Array;
  /** IMAP BODYSTRUCTURE value. */
  readonly bodyStructure: Uint8Array;
  /** Part tree; read with `decodeParts`. */
  readonly parts: Uint8Array;
  /** At most 256 characters of the text (RFC 8621 §4.1.4). */
  readonly preview: string;
  readonly hasAttachment: boolean;
  /** Identifiers without angle brackets; at most 200 each, the first and the most recent. */
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** Decoded subject, at most 2,000 characters. */
  readonly subject: string;
  /** RFC 5256 base subject, case as written. */
  readonly baseSubject: string;
  /** The subject carries a reply or forward mark. */
  readonly isReply: boolean;
  /** Decoded `Name <address>, …` of From, To and Cc, whole entries, at most 1,000 characters. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  /** Address and display name of the first mailbox in From; empty when there is none. */
  readonly fromAddress: string;
  readonly fromName: string;
  /** Date field in milliseconds since the epoch and its zone in minutes east; null when it makes no sense. */
  readonly sentAt: number | null;
  readonly sentOffset: number | null;
  readonly has8bit: boolean;
  readonly hasNul: boolean;
  readonly lineTooLong: boolean;
  /** A limit of the scan was reached, so the structure is not complete. */
  readonly truncated: boolean;
}

const MAX_SUBJECT = 2_000;
const MAX_PEOPLE = 1_000;

/** `Name <address>` for reading; names that would be ambiguous are quoted. */
function displayMailbox(mailbox: Mailbox): string {
  const address = formatAddrSpec(mailbox.local, mailbox.domain);
  const name = cleanText(mailbox.name ?? '');
  if (name === '' || name === address) return address;
  const safe = /[",;<>@]/.test(name) ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"` : name;
  return address === '' ? safe : `${safe} <${address}>`;
}

/** One line of display text: control characters become spaces. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();
}

function displayAddresses(addresses: readonly Address[]): string {
  let out = '';
  for (const entry of addresses) {
    const text =
      entry.kind === 'mailbox'
        ? displayMailbox(entry)
        : [`${cleanText(entry.name)}:`, ...entry.members.map(displayMailbox)].join(' ');
    const next = out === '' ? text : `${out}, ${text}`;
    if (next.length > MAX_PEOPLE) return out === '' ? cutText(text, MAX_PEOPLE) : out;
    out = next;
  }
  return out;
}

/** At most `limit` UTF-16 units, no half surrogate pair at the end. */
function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
}

function ids(header: HeaderBlock, key: string): string[] {
  const text = header.first(key);
  return text === null ? [] : parseMessageIds(text);
}

/** Derives everything the store keeps from the result of a scan; see {@link MessageSummary}. */
export function summarise(structure: MessageStructure): MessageSummary {
  const header = new HeaderBlock(structure.header);
  const fields: EnvelopeFields = readEnvelope(header);
  const subject = cutText(cleanText(decodeWords(fields.subject ?? '')), MAX_SUBJECT);
  const base = baseSubject(subject);
  const date = fields.date === null ? null : parseDate(fields.date);
  const author = flattenAddresses(fields.from)[0];
  return {
    size: structure.size,
    headerSize: structure.root.bodyStart,
    envelope: Buffer.from(envelopeText(fields), 'latin1'),
    bodyStructure: renderBodyStructure(structure, true),
    parts: encodeParts(structure.root),
    preview: makePreview(structure.root),
    hasAttachment: hasAttachment(structure.root),
    messageId: ids(header, 'message-id')[0] ?? null,
    inReplyTo: ids(header, 'in-reply-to'),
    references: ids(header, 'references'),
    subject,
    baseSubject: base.base,
    isReply: base.isReply,
    from: displayAddresses(fields.from),
    to: displayAddresses(fields.to),
    cc: displayAddresses(fields.cc),
    fromAddress: author === undefined ? '' : cutText(formatAddrSpec(author.local, author.domain), MAX_PEOPLE),
    fromName: author === undefined ? '' : cutText(cleanText(author.name ?? ''), MAX_PEOPLE),
    sentAt: date?.ms ?? null,
    sentOffset: date?.offset ?? null,
    has8bit: structure.has8bit,
    hasNul: structure.hasNul,
    lineTooLong: structure.lineTooLong,
    truncated: structure.headerCut || structure.partsCut,
  };
}
