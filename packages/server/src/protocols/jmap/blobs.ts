import { createHash } from 'node:crypto';
import { createTransferDecoder, type TransferEncoding } from '@hongyan/formats/charset/transfer-decoder.ts';
import { type BlobName, type PartEncoding, parseBlobId, printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import type { Scope } from '../../access/scope.ts';
import { streamMessage } from '../../mailbox/body.ts';
import { type EmailContent, readEmails } from '../../mailbox/emails/contents.ts';
import { findUpload } from '../../mailbox/emails/uploads.ts';
import { MailError } from '../../platform/errors.ts';
import { getScript, listScripts } from '../../sieve/scripts.ts';
import type { JmapContext } from './context.ts';

/** Bytes that a blob id of the account leads to. */
export interface Blob {
  readonly name: BlobName;
  /** The email that it is a part of; null for uploads. */
  readonly email: EmailContent | null;
  /** Media type of an upload as the client named it. */
  readonly type: string | null;
  /** Octets before decoding: the size itself unless `encoding` says otherwise. */
  readonly storedSize: number;
  readonly encoding: PartEncoding;
  /** The decoded bytes in chunks. */
  stream(): AsyncIterable<Uint8Array>;
}

const decoders: Readonly<Record<PartEncoding, TransferEncoding>> = {
  none: 'identity',
  base64: 'base64',
  'quoted-printable': 'quoted-printable',
};

/** Finds a blob. Null unless the account holds it: a message that is there and has this body, or an upload of its own. */
export async function findBlob(ctx: JmapContext, scope: Scope, id: string): Promise<Blob | null> {
  const name = parseBlobId(id);
  if (name === null) return null;
  if (name.kind === 'script') return findScriptBlob(ctx, scope, name);
  return name.kind === 'message' ? findMessageBlob(ctx, scope, name) : findUploadBlob(ctx, scope, name);
}

async function findScriptBlob(
  ctx: JmapContext,
  scope: Scope,
  name: Extract<BlobName, { kind: 'script' }>,
): Promise<Blob | null> {
  if (scope.folders === 'shared') return null;
  const row = (await listScripts(ctx.scripts, scope)).find(one => one.id === name.scriptId);
  const content = row ? await getScript(ctx.scripts, scope, row.name) : null;
  // A script that was written anew is another blob.
  if (!content || Buffer.compare(scriptHash(content), name.hash) !== 0) return null;
  async function* stream(): AsyncGenerator<Uint8Array, void, undefined> {
    if (content) yield content;
  }
  return blobOf(name, null, 'application/sieve', content.length, stream);
}

/** What stands for a script's text in its blob id. */
export function scriptHash(content: Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest();
}

async function findMessageBlob(
  ctx: JmapContext,
  scope: Scope,
  name: Extract<BlobName, { kind: 'message' }>,
): Promise<Blob | null> {
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, scope, [name.messageId]);
  const [email] = emails;
  if (!email || Buffer.compare(email.blob.hash, name.hash) !== 0) return null;
  const { part } = name;
  const before = email.prefix.length;
  if (part && part.end > email.blob.size) return null;
  const start = part ? before + part.start : 0;
  const end = part ? before + part.end : before + email.blob.size;
  return blobOf(name, email, null, end - start, () => streamMessage(ctx.mailboxes, scope, email, start, end));
}

async function findUploadBlob(
  ctx: JmapContext,
  scope: Scope,
  name: Extract<BlobName, { kind: 'upload' }>,
): Promise<Blob | null> {
  if (scope.folders === 'shared') return null;
  const upload = await findUpload(ctx.mailboxes, scope, name.hash);
  if (!upload || (name.part && name.part.end > upload.size)) return null;
  const start = name.part?.start ?? 0;
  const end = name.part?.end ?? upload.size;
  const { blobs } = ctx.mailboxes;
  return blobOf(name, null, upload.type, end - start, () =>
    blobs.stream(scope.tenantId, name.hash, start, end),
  );
}

function blobOf(
  name: BlobName,
  email: EmailContent | null,
  type: string | null,
  storedSize: number,
  raw: () => AsyncIterable<Uint8Array>,
): Blob {
  const encoding = name.part?.encoding ?? 'none';
  return {
    name,
    email,
    type,
    storedSize,
    encoding,
    stream: () => (encoding === 'none' ? raw() : decoded(raw(), decoders[encoding])),
  };
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TransferEncoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = createTransferDecoder(encoding);
  for await (const chunk of chunks) {
    const bytes = decoder.push(chunk);
    if (bytes.length > 0) yield bytes;
  }
  const rest = decoder.finish();
  if (rest.length > 0) yield rest;
}

/** All bytes of a blob; throws `message.too_large` past `max`. */
export async function readBlob(blob: Blob, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of blob.stream()) {
    size += chunk.length;
    if (size > max) throw new MailError('message.too_large', { max });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Blob id of an upload. */
export function uploadBlobId(hash: Uint8Array): string {
  return printBlobId({ kind: 'upload', hash, part: null });
}
