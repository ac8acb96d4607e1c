import { randomBytes, randomUUID } from 'node:crypto';
import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import { dateField, idField } from '@hongyan/formats/message/fields.ts';
import { renderMessage } from './compose-body.ts';
import { composeFields, headerPropertyOf } from './compose-headers.ts';
import { type BlobFinder, PartComposer } from './compose-parts.ts';

/** Properties of an Email that a client may give beside header fields (RFC 8621 §4.6). */
const settable = new Set([
  'mailboxIds',
  'keywords',
  'receivedAt',
  'bodyStructure',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]);

/** What makes a new message's own Message-ID and Date. */
export interface ComposeOptions {
  /** Right side of the Message-ID. */
  readonly domain: string;
  readonly now: number;
}

/** Writes the message that an Email object describes (RFC 8621 §4.6). Throws `invalidProperties`, `blobNotFound`. */
export async function composeEmail(
  object: JsonObject,
  blobs: BlobFinder,
  options: ComposeOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const strange = Object.keys(object).filter(name => !settable.has(name) && !headerPropertyOf(name));
  if (strange.length > 0) throw invalidProperties(strange);
  const { fields, wrong } = composeFields(object);
  for (const { field, property } of fields) if (field.startsWith('content-')) wrong.push(property);
  if (wrong.length > 0) throw invalidProperties(wrong);
  const has = new Set(fields.filter(item => item.lines !== '').map(item => item.field));
  let header = '';
  if (!has.has('date')) header += dateField('Date', options.now, 0);
  if (!has.has('message-id')) header += idField('Message-ID', [`${randomUUID()}@${options.domain}`]);
  header += fields.map(item => item.lines).join('');
  if (!has.has('mime-version')) header += 'MIME-Version: 1.0\r\n';
  const composer = new PartComposer(readValues(object), blobs);
  const structure = own(object, 'bodyStructure') ?? null;
  const body =
    structure === null
      ? await composer.compose(assembleBody(object), 'attachments', new Set())
      : await composer.compose(requireAlone(object, structure), 'bodyStructure', has);
  return renderMessage(header, body, () => `=_${randomBytes(12).toString('hex')}`);
}

function requireAlone(object: JsonObject, structure: Json): Json {
  const also = ['textBody', 'htmlBody', 'attachments'].filter(name => (own(object, name) ?? null) !== null);
  if (also.length > 0) throw invalidProperties(['bodyStructure', ...also]);
  return structure;
}

/** Texts by part id; the empty id is that of an email without a body. */
function readValues(object: JsonObject): Map<string, string> {
  const values = own(object, 'bodyValues') ?? {};
  if (!isObject(values)) throw invalidProperties(['bodyValues']);
  return new Map([
    ['', ''],
    ...Object.keys(values).map((id): [string, string] => {
      const item = own(values, id);
      const text = isObject(item) ? own(item, 'value') : undefined;
      if (!isObject(item) || typeof text !== 'string') throw invalidProperties([`bodyValues/${id}`]);
      if (item['isEncodingProblem'] === true || item['isTruncated'] === true) {
        throw invalidProperties([`bodyValues/${id}`], 'incomplete');
      }
      return [id, text];
    }),
  ]);
}

/** One part of the given type, or none. */
function bodyPart(object: JsonObject, name: string, type: string): JsonObject | null {
  const list = own(object, name) ?? null;
  if (list === null) return null;
  const [part] = isArray(list) ? list : [];
  if (!isArray(list) || list.length !== 1 || !isObject(part)) throw invalidProperties([name]);
  if ((PartComposer.typeOf(part) ?? 'text/plain') !== type && own(part, 'type') !== undefined) {
    throw invalidProperties([name], `type is ${type}`);
  }
  return { ...part, type };
}

/** A body structure out of textBody, htmlBody and attachments: pictures of the HTML stand beside it. */
function assembleBody(object: JsonObject): JsonObject {
  const text = bodyPart(object, 'textBody', 'text/plain');
  const html = bodyPart(object, 'htmlBody', 'text/html');
  const list = own(object, 'attachments') ?? [];
  if (!isArray(list) || !list.every(isObject)) throw invalidProperties(['attachments']);
  const inline = html ? list.filter(part => part['disposition'] === 'inline' && part['cid']) : [];
  const attached = list
    .filter(part => !inline.includes(part))
    .map(part => ({ ...part, disposition: part['disposition'] ?? 'attachment' }));
  const multipart = (type: string, subParts: readonly JsonObject[]): JsonObject => ({ type, subParts });
  const page = html && inline.length > 0 ? multipart('multipart/related', [html, ...inline]) : html;
  const body = text && page ? multipart('multipart/alternative', [text, page]) : (text ?? page);
  if (attached.length === 0) return body ?? emptyBody;
  return multipart('multipart/mixed', body ? [body, ...attached] : attached);
}

const emptyBody: JsonObject = { partId: '', type: 'text/plain' };
