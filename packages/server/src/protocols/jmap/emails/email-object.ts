import { printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { printDate, printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { convenienceProperties } from '@hongyan/formats/jmap/header-property.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { type Json, type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { hasAttachment } from '@hongyan/formats/message/content.ts';
import type { EmailContent } from '../../../mailbox/emails/contents.ts';
import type { EmailAddress, EmailEnvelope } from '../../../mailbox/emails/envelope.ts';
import { emailEnvelope } from '../../../mailbox/emails/envelope.ts';
import { BodyPartPrinter, bodyLists } from './body-parts.ts';
import { bodyValues } from './body-values.ts';
import { headerList, headerValue } from './header-forms.ts';
import { printKeywords } from './keywords.ts';
import type { MessageSource } from './message-source.ts';
import { convenience, type EmailPlan } from './plan.ts';

/** The Email object of a filed message; `source` is asked only for what the rows do not have. */
export async function storedEmailObject(
  content: EmailContent,
  source: () => MessageSource,
  plan: EmailPlan,
): Promise<JsonObject> {
  const object: Record<string, Json> = { id: printId('e', content.id) };
  let opened: MessageSource | null = null;
  const own = (): MessageSource => (opened ??= source());
  const put = (name: string, value: () => Json): void => {
    if (plan.properties.has(name)) object[name] = value();
  };
  put('blobId', () =>
    printBlobId({ kind: 'message', messageId: content.id, hash: content.blob.hash, part: null }),
  );
  put('threadId', () => printId('t', content.threadId));
  put('mailboxIds', () => objectOf(content.mailboxes.map(id => [printId('m', id), true] as const)));
  put('keywords', () => printKeywords(content.flags));
  put('size', () => content.size);
  put('receivedAt', () => printUtcDate(content.receivedAt));
  put('hasAttachment', () => content.hasAttachment);
  put('preview', () => content.preview);
  const { stored } = convenience(plan);
  if (stored.length > 0) {
    const envelope = emailEnvelope(content.envelope);
    for (const name of stored) object[name] = storedProperty(name, envelope, content);
    // The stored envelope does not tell a field that repeats From from one that is not there.
    const unsure = stored.filter(name => (name === 'sender' || name === 'replyTo') && object[name] === null);
    if (unsure.length > 0) Object.assign(object, await headerProperties(own, unsure));
  }
  if (needsSource(plan)) Object.assign(object, await sourceProperties(own(), plan));
  return object;
}

/** Convenience properties out of the message's header. */
async function headerProperties(source: () => MessageSource, names: readonly string[]): Promise<JsonObject> {
  const blocks = await source().headers();
  const properties = names.map(name => convenienceProperties.get(name)).filter(each => each !== undefined);
  return objectOf(properties.map(property => [property.property, headerValue(blocks, property)] as const));
}

/** The Email object of a message that is filed nowhere (RFC 8621 §4.9). */
export async function parsedEmailObject(
  source: MessageSource,
  preview: string,
  size: number,
  blobId: string,
  plan: EmailPlan,
): Promise<JsonObject> {
  const object: Record<string, Json> = {};
  for (const name of ['id', 'threadId', 'mailboxIds', 'keywords', 'receivedAt']) {
    if (plan.properties.has(name)) object[name] = null;
  }
  if (plan.properties.has('blobId')) object['blobId'] = blobId;
  if (plan.properties.has('size')) object['size'] = size;
  if (plan.properties.has('preview')) object['preview'] = preview;
  if (plan.properties.has('hasAttachment')) object['hasAttachment'] = hasAttachment(source.root);
  return { ...object, ...(await sourceProperties(source, { ...plan, needsHeader: true })) };
}

function storedProperty(name: string, envelope: EmailEnvelope, content: EmailContent): Json {
  if (name === 'sentAt') {
    return content.sentAt === null ? null : printDate(content.sentAt, content.sentOffset ?? 0);
  }
  const value = envelope[name as keyof EmailEnvelope];
  return typeof value === 'string' || value === null ? value : value.map(printItem);
}

function printItem(item: string | EmailAddress): Json {
  return typeof item === 'string' ? item : { name: item.name, email: item.email };
}

const bodyProperties = ['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments'];

function needsSource(plan: EmailPlan): boolean {
  return plan.needsHeader || bodyProperties.some(name => plan.properties.has(name));
}

/** Everything that comes from the message itself: header fields beyond the stored ones, and bodies. */
async function sourceProperties(source: MessageSource, plan: EmailPlan): Promise<JsonObject> {
  const object: Record<string, Json> = {};
  const { header } = convenience(plan);
  if (plan.needsHeader) {
    const blocks = await source.headers();
    for (const property of [...plan.headers, ...header]) {
      object[property.property] = headerValue(blocks, property);
    }
    if (plan.properties.has('headers')) object['headers'] = headerList(blocks);
  }
  const printer = new BodyPartPrinter(source, plan.part);
  const lists = bodyLists(source);
  for (const name of ['textBody', 'htmlBody', 'attachments'] as const) {
    if (plan.properties.has(name)) object[name] = await printer.list(lists[name]);
  }
  if (plan.properties.has('bodyStructure')) object['bodyStructure'] = await printer.structure(source.root);
  if (plan.properties.has('bodyValues')) object['bodyValues'] = await bodyValues(source, lists, plan);
  return object;
}
