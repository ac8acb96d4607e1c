import { casemap } from '@hongyan/formats/imap/collation/unicode-casemap.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { parseMessageIds } from '@hongyan/formats/message/message-id.ts';
import { baseSubject } from '@hongyan/formats/message/subject.ts';
import { type EnvelopeValue, readEnvelopeValue } from '../../../mailbox/searching/stored-envelope.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import type { ThreadRow } from './thread-tree.ts';

/** Members of an ENVELOPE by their place (RFC 9051 §7.5.2). */
const place = { subject: 1, messageId: 9 } as const;

/** A message id without quotes around its left side: what RFC 5256 §3 takes for the same. */
function normalId(id: string): string {
  return id.startsWith('"') ? id.replace(/^"([^"\\]*)"@/, '$1@') : id;
}

function firstId(value: EnvelopeValue | undefined): string | null {
  const [id] = typeof value === 'string' ? parseMessageIds(value) : [];
  return id === undefined ? null : normalId(id);
}

/** What a stored row and what it refers to say about its place in a thread. */
export function threadRow(row: MessageRow, references: readonly string[]): ThreadRow {
  const { envelope } = row;
  const text = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength).toString('latin1');
  const fields = readEnvelopeValue(text);
  const subject = fields[place.subject];
  const { base, isReply } = baseSubject(typeof subject === 'string' ? decodeWords(subject) : '');
  return {
    uid: row.uid,
    date: row.sentAt ?? row.receivedAt,
    subject: casemap(base),
    isReply,
    messageId: firstId(fields[place.messageId]),
    references: references.map(normalId),
  };
}
