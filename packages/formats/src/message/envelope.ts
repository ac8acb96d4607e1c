import { Buffer } from 'node:buffer';
import { domainToASCII } from 'node:url';
import { type Address, MAX_ADDRESSES, type Mailbox, parseAddresses } from './address.ts';
import { HeaderBlock } from './headers.ts';
import { addressString, nstring } from './imap-string.ts';

/** The header fields that make up an IMAP envelope, parsed; texts are unfolded, encoded-words kept. */
export interface EnvelopeFields {
  readonly date: string | null;
  readonly subject: string | null;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly inReplyTo: string | null;
  readonly messageId: string | null;
}

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['from', 'sender', 'reply-to', 'to', 'cc', 'bcc']);

/**
 * Reads the envelope fields of a header. Sender and Reply-To default to From when absent or empty
 * (RFC 9051 §7.5.2); To, Cc and Bcc fields that occur several times are taken together.
 */
export function readEnvelope(header: HeaderBlock): EnvelopeFields {
  const lists = new Map<string, Address[]>();
  for (const field of header.fields) {
    if (!ADDRESS_FIELDS.has(field.key)) continue;
    const addresses = parseAddresses(header.text(field));
    const earlier = lists.get(field.key);
    if (earlier === undefined) lists.set(field.key, addresses);
    else earlier.push(...addresses.slice(0, Math.max(0, MAX_ADDRESSES - earlier.length)));
  }
  const list = (key: string): Address[] => lists.get(key) ?? [];
  const from = list('from');
  const orFrom = (addresses: Address[]): Address[] => (addresses.length === 0 ? from : addresses);
  return {
    date: header.first('date'),
    subject: header.first('subject'),
    from,
    sender: orFrom(list('sender')),
    replyTo: orFrom(list('reply-to')),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    inReplyTo: header.first('in-reply-to'),
    messageId: header.first('message-id'),
  };
}

function domainString(domain: string): string {
  return /[^\u0000-\u007f]/.test(domain) ? domainToASCII(domain) || domain : domain;
}

function mailbox(entry: Mailbox): string {
  const name = addressString(entry.rawName);
  const local = nstring(entry.local);
  const host = nstring(domainString(entry.domain));
  return `(${name} ${nstring(entry.route)} ${local} ${host})`;
}

/** RFC 9051 §7.5.2: a group is a start marker with its name, its members, and an end marker. */
function addressList(addresses: readonly Address[]): string {
  if (addresses.length === 0) return 'NIL';
  let out = '(';
  for (const entry of addresses) {
    if (entry.kind === 'mailbox') {
      out += mailbox(entry);
    } else {
      out += `(NIL NIL ${nstring(entry.rawName)} NIL)`;
      for (const member of entry.members) out += mailbox(member);
      out += '(NIL NIL NIL NIL)';
    }
  }
  return `${out})`;
}

/** {@link renderEnvelope} as text, for embedding in a body structure. */
export function envelopeText(fields: EnvelopeFields): string {
  const from = addressList(fields.from);
  const sender = fields.sender === fields.from ? from : addressList(fields.sender);
  const replyTo = fields.replyTo === fields.from ? from : addressList(fields.replyTo);
  return (
    `(${nstring(fields.date)} ${nstring(fields.subject)} ${from} ${sender} ${replyTo} ${addressList(fields.to)}` +
    ` ${addressList(fields.cc)} ${addressList(fields.bcc)} ${nstring(fields.inReplyTo)} ${nstring(fields.messageId)})`
  );
}

/**
 * The value of the IMAP ENVELOPE item for a header block (RFC 3501 §7.4.2, RFC 9051 §7.5.2). Always ASCII without CR,
 * LF or NUL and without literals: 8-bit text is re-encoded as UTF-8 encoded-words, internationalised domains in their
 * ASCII form.
 */
export function renderEnvelope(header: Uint8Array): Uint8Array {
  return Buffer.from(envelopeText(readEnvelope(new HeaderBlock(header))), 'latin1');
}
