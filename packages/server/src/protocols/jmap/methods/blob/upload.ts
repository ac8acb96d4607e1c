import { Buffer } from 'node:buffer';
import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { isArray, isObject, type Json, type JsonObject } from '@hongyan/formats/jmap/json.ts';
import {
  invalidArgument,
  invalidProperties,
  MethodError,
  SetError,
} from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { storeUpload } from '../../../../mailbox/emails/uploads.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import { findBlob, readBlob, uploadBlobId } from '../../blobs.ts';
import type { Method, RequestState } from '../../method.ts';
import { resolveId, SetOutcome } from '../../standard-set.ts';
import { mediaType } from '../../transport/media-type.ts';

/** Pieces of one blob (RFC 9404 §3.1 `maxDataSources`). */
export const maxDataSources: number = 64;

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

async function piece(request: RequestState, scope: Scope, value: Json): Promise<Uint8Array> {
  if (!isObject(value)) throw invalidProperties(['data']);
  const args = new Arguments(value, (name, why) => invalidProperties([`data/${name}`], why));
  const text = args.string('data:asText');
  const encoded = args.string('data:asBase64');
  const blobId = args.string('blobId');
  const offset = args.unsigned('offset') ?? 0;
  const length = args.unsigned('length');
  args.end();
  if ([text, encoded, blobId].filter(item => item !== null).length !== 1) throw invalidProperties(['data']);
  if (text !== null) return Buffer.from(text, 'utf8');
  if (encoded !== null) {
    if (!base64.test(encoded) || encoded.length % 4 === 1) throw invalidProperties(['data/data:asBase64']);
    return Buffer.from(encoded, 'base64');
  }
  const id = resolveId(request, blobId ?? '') ?? '';
  const blob = await findBlob(request.ctx, scope, id);
  if (!blob) throw new SetError('blobNotFound', '', { notFound: [blobId] });
  const bytes = await readBlob(blob, request.ctx.limits.maxSizeUpload);
  const end = length === null ? bytes.length : offset + length;
  if (offset > bytes.length || end > bytes.length) throw invalidProperties(['data/length'], 'out of range');
  return bytes.subarray(offset, end);
}

async function upload(request: RequestState, scope: Scope, object: JsonObject): Promise<JsonObject> {
  const { ctx } = request;
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const data = args.raw('data');
  const type = args.string('type');
  args.end();
  if (!isArray(data) || data.length > maxDataSources) throw invalidProperties(['data']);
  const max = ctx.limits.maxSizeUpload;
  let size = 0;
  const pieces: Uint8Array[] = [];
  for (const item of data) {
    const bytes = await piece(request, scope, item);
    size += bytes.length;
    if (size > max) throw new SetError('tooLarge', '', { maxSize: max });
    pieces.push(bytes);
  }
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield* pieces;
  };
  const named = type === null ? null : mediaType(type);
  const ref = await storeUpload(ctx.mailboxes, scope, chunks(), named ?? 'application/octet-stream', max);
  return { id: uploadBlobId(ref.hash), type: named, size: ref.size };
}

/** Blob/upload (RFC 9404 §4.1). */
export const blobUpload: Method = {
  name: 'Blob/upload',
  capability: Capability.Blob,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const create = args.idMap('create');
    args.end();
    if (create === null) throw invalidArgument('create', 'missing');
    if (create.length > ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
    const outcome = new SetOutcome(ctx);
    for (const [key, object] of create) {
      await outcome.create(request, key, () => upload(request, scope, object));
    }
    const { created, notCreated } = outcome.toJSON();
    return {
      response: {
        accountId: accountIdOf(scope),
        created: created ?? null,
        notCreated: notCreated ?? null,
      },
    };
  },
};
