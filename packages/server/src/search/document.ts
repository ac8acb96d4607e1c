import { cutTerms } from '@hongyan/formats/search/tokens.ts';
import { foldText } from '../mailbox/searching/fold.ts';
import { allParts, MessageText, partsOf } from '../mailbox/searching/message-text.ts';
import { StoredEnvelope } from '../mailbox/searching/stored-envelope.ts';
import type { IndexedMessage, IndexField } from '../store/accounts/search/index-port.ts';
import { extractText } from './extract/extract.ts';
import { documentKind } from './extract/kind.ts';
import type { ExtractLimits } from './extract/limits.ts';
import { PieceSource, type RawMessage } from './raw-message.ts';

/** Terms of one message; one with more is indexed in part. */
const maxTerms = 200_000;

const people = ['from', 'to', 'cc', 'bcc'] as const;

/** Fields whose text is under its own place in the index. */
const ownPlace: Readonly<Record<string, IndexField>> = {
  subject: 'subject',
  from: 'from',
  to: 'to',
  cc: 'cc',
  bcc: 'bcc',
};

/** Makes the terms of one message. */
class DocumentWriter {
  readonly terms: Record<IndexField, string[]> = {
    subject: [],
    from: [],
    to: [],
    cc: [],
    bcc: [],
    header: [],
    body: [],
    attachment: [],
  };
  partial = false;
  #count = 0;

  add(field: IndexField, text: string): void {
    const list = this.terms[field];
    const before = list.length;
    if (!cutTerms(foldText(text), list, before + maxTerms - this.#count)) this.partial = true;
    this.#count += list.length - before;
  }

  /** A field of a header; what its own place has already is not said twice. */
  header(key: string, value: string): void {
    const place = Object.hasOwn(ownPlace, key.toLowerCase()) ? ownPlace[key.toLowerCase()] : undefined;
    if (place) {
      const terms: string[] = [];
      cutTerms(foldText(value), terms, maxTerms);
      const known = this.terms[place];
      if (terms.length === known.length && terms.every((term, at) => term === known[at])) {
        this.add('header', key);
        return;
      }
    }
    this.add('header', `${key}: ${value}`);
  }
}

/** What became of a message: what goes into the index, and the attachments that could not be read. */
export interface MadeDocument {
  readonly document: IndexedMessage;
  readonly failures: readonly string[];
}

/**
 * Makes the index entry of a message from the very texts that a scan would look through, and from the text of its
 * attachments unless `limits` is null. Never throws for what is in the message.
 */
export async function makeDocument(
  message: RawMessage,
  limits: ExtractLimits | null,
  now: () => number,
): Promise<MadeDocument> {
  const writer = new DocumentWriter();
  const source = new PieceSource(message);
  const envelope = new StoredEnvelope(message.envelope);
  writer.partial = message.partial;
  writer.add('subject', envelope.subject);
  for (const field of people) writer.add(field, envelope.people(field));
  const { id, prefix, size, parts } = message;
  const text = new MessageText(source, 0, { prefix, hash: new Uint8Array(0), size, parts });
  const attachments: string[] = [];
  const failures: string[] = [];
  try {
    for await (const { key, value } of text.headerLines()) writer.header(key, value);
    for await (const piece of text.bodyTexts()) writer.add('body', piece);
    const root = limits ? partsOf(parts) : null;
    for (const part of root ? allParts(root) : []) {
      if (!limits || !documentKind(part) || part.end - part.bodyStart > limits.maxBytes) continue;
      const bytes = await source.readRange(0, prefix, part.bodyStart, part.end).catch(() => null);
      const extracted = bytes && (await extractText(part, bytes, limits, now));
      if (!extracted) continue;
      if (extracted.error) failures.push(extracted.error.message.slice(0, 200));
      if (extracted.text === '') continue;
      attachments.push(extracted.text);
      writer.add('attachment', extracted.text);
    }
  } catch {
    // Some of its bytes are not there: whoever searches looks into the message itself.
    writer.partial = true;
  }
  const document = {
    id,
    terms: writer.terms,
    attachmentText: attachments.join('\n'),
    partial: writer.partial,
  };
  return { document, failures };
}
