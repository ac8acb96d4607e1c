import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { parseMessageIds } from '@hongyan/formats/message/message-id.ts';
import { baseSubject } from '@hongyan/formats/message/subject.ts';
import type { MessageContent } from '../../store/accounts/message-rows.ts';
import type { ThreadClues } from '../filing/threading.ts';
import { type EnvelopeValue, readEnvelopeValue } from './stored-envelope.ts';

/** Members of an ENVELOPE by their place (RFC 9051 §7.5.2). */
const place = { subject: 1, inReplyTo: 8, messageId: 9 } as const;

function ids(value: EnvelopeValue | undefined): string[] {
  return typeof value === 'string' ? parseMessageIds(value) : [];
}

/** What decides about the thread of a message that is stored already. */
export function threadClues(content: Pick<MessageContent, 'envelope' | 'referenceIds'>): ThreadClues {
  const fields = readEnvelopeValue(Buffer.from(content.envelope).toString('latin1'));
  const subject = fields[place.subject];
  const { base } = baseSubject(typeof subject === 'string' ? decodeWords(subject) : '');
  return {
    messageId: ids(fields[place.messageId])[0] ?? null,
    inReplyTo: ids(fields[place.inReplyTo]),
    references: (content.referenceIds ?? '').split('\n').filter(id => id !== ''),
    baseSubject: base,
  };
}
