import { Buffer, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { Json, JsonObject } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { findBlob, readBlob } from '../../blobs.ts';
import type { Method } from '../../method.ts';
import { readGet } from '../../standard-get.ts';

const properties = new Set([
  'id',
  'data',
  'data:asText',
  'data:asBase64',
  'digest:sha',
  'digest:sha-256',
  'size',
]);
/** Blobs and octets of one call. */
const maxBlobs = 50;
const maxOctets = 32 * 1024 * 1024;

/** The wanted properties of the octets [offset, offset + length). */
function describe(
  id: string,
  whole: Uint8Array,
  offset: number,
  length: number | null,
  wanted: ReadonlySet<string>,
): JsonObject {
  const end = length === null ? whole.length : offset + length;
  const bytes = Buffer.from(whole.subarray(Math.min(offset, whole.length), Math.min(end, whole.length)));
  const object: Record<string, Json> = { id };
  const asText = isUtf8(bytes);
  if (wanted.has('data:asText')) object['data:asText'] = asText ? bytes.toString('utf8') : null;
  if (wanted.has('data') && asText) object['data:asText'] = bytes.toString('utf8');
  if (wanted.has('data:asBase64') || (wanted.has('data') && !asText)) {
    object['data:asBase64'] = bytes.toString('base64');
  }
  if ((wanted.has('data:asText') || wanted.has('data')) && !asText) object['isEncodingProblem'] = true;
  if (offset + (length ?? 0) > whole.length) object['isTruncated'] = true;
  if (wanted.has('digest:sha')) object['digest:sha'] = createHash('sha1').update(bytes).digest('base64');
  if (wanted.has('digest:sha-256')) {
    object['digest:sha-256'] = createHash('sha256').update(bytes).digest('base64');
  }
  if (wanted.has('size')) object['size'] = whole.length;
  return object;
}

/** Blob/get (RFC 9404 §4.2). */
export const blobGet: Method = {
  name: 'Blob/get',
  capability: Capability.Blob,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const { ids, properties: asked } = readGet(ctx, args, properties);
    const offset = args.unsigned('offset') ?? 0;
    const length = args.unsigned('length');
    args.end();
    if (ids === null || ids.length > maxBlobs) throw new MethodError('requestTooLarge');
    const wanted = new Set(asked ?? ['data', 'size']);
    const list: JsonObject[] = [];
    const notFound: string[] = [];
    let left = maxOctets;
    for (const id of ids) {
      const blob = await findBlob(ctx, scope, id);
      if (!blob) {
        notFound.push(id);
        continue;
      }
      if (blob.storedSize > left) throw new MethodError('requestTooLarge');
      left -= blob.storedSize;
      list.push(describe(id, await readBlob(blob, maxOctets), offset, length, wanted));
    }
    return { response: { accountId: accountIdOf(scope), list, notFound } };
  },
};
