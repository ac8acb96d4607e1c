import { Buffer } from 'node:buffer';
import { decodeCharset } from '@hongyan/formats/charset/decode.ts';
import { isKnownTransferEncoding } from '@hongyan/formats/charset/transfer-decoder.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { objectOf } from '@hongyan/formats/jmap/json.ts';
import { decodePartBody } from '@hongyan/formats/message/content.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { type BodyLists, partIds } from './body-parts.ts';
import type { MessageSource } from './message-source.ts';
import type { EmailPlan } from './plan.ts';

/** Of one email so many encoded octets are looked at; what follows counts as truncated. */
const maxEncodedBytes = 32 * 1024 * 1024;

/** The `bodyValues` of a plan: part id → EmailBodyValue (RFC 8621 §4.1.4). */
export async function bodyValues(
  source: MessageSource,
  lists: BodyLists,
  plan: EmailPlan,
): Promise<JsonObject> {
  const wanted = new Set<StoredPart>([
    ...(plan.fetchText ? lists.textBody : []),
    ...(plan.fetchHtml ? lists.htmlBody : []),
    ...(plan.fetchAll ? partIds(source.root).keys() : []),
  ]);
  const ids = partIds(source.root);
  const values: [string, JsonObject][] = [];
  let left = maxEncodedBytes;
  for (const part of wanted) {
    if (part.type !== 'text') continue;
    const end = Math.min(part.end, part.bodyStart + left);
    left -= end - part.bodyStart;
    values.push([ids.get(part) ?? '', await bodyValue(source, part, end, plan.maxBodyValueBytes)]);
  }
  return objectOf(values);
}

async function bodyValue(
  source: MessageSource,
  part: StoredPart,
  end: number,
  max: number,
): Promise<JsonObject> {
  const decoded = decodeCharset(part.charset, decodePartBody(part, await source.read(part.bodyStart, end)));
  const whole = decoded.text.replaceAll('\r\n', '\n').toWellFormed();
  const value = max === 0 ? whole : truncate(whole, max, part.subtype === 'html');
  return {
    value,
    isEncodingProblem: decoded.problem || !isKnownTransferEncoding(part.encoding),
    isTruncated: value.length < whole.length || end < part.end,
  };
}

/** At most `max` octets of UTF-8, no character split, and no HTML tag. */
function truncate(text: string, max: number, html: boolean): string {
  if (text.length * 3 <= max || Buffer.byteLength(text) <= max) return text;
  const bytes = Buffer.from(text.slice(0, max), 'utf8');
  let end = Math.min(max, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const cut = bytes.toString('utf8', 0, end);
  const open = html ? cut.lastIndexOf('<') : -1;
  return open > cut.lastIndexOf('>') ? cut.slice(0, open) : cut;
}
