import { type BlobName, type PartEncoding, printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { transferEncodingOf } from '@hongyan/formats/message/content.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { Scope } from '../../../access/scope.ts';
import { readMessageRange } from '../../../mailbox/body.ts';
import type { MailboxContext } from '../../../mailbox/context.ts';
import type { EmailContent } from '../../../mailbox/emails/contents.ts';

/** A message whose parts are known and whose bytes can be read. Offsets count from the start of the message proper. */
export interface MessageSource {
  readonly root: StoredPart;
  /** Header lines before the message proper, and its own header. */
  headers(): Promise<readonly HeaderBlock[]>;
  /** Octets [start, end). */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Blob id of the octets of a part, decoded; null where none can be given. */
  partBlobId(part: StoredPart): string | null;
}

/** Headers beyond this are cut. */
const maxHeaderBytes = 1024 * 1024;
/** Messages up to this size are read at once when more than their header is wanted. */
const readWholeBytes = 256 * 1024;

/** How a part's bytes are encoded, in the words of blob ids. */
export function partEncoding(part: StoredPart): PartEncoding {
  const encoding = transferEncodingOf(part);
  return encoding === 'base64' || encoding === 'quoted-printable' ? encoding : 'none';
}

/** Blob id of a part of `name`, whose own bytes begin at `offset` of the scanned message. */
export function printPartBlobId(
  name: Exclude<BlobName, { readonly kind: 'script' }>,
  offset: number,
  part: StoredPart,
): string {
  const range = {
    start: part.bodyStart - offset,
    end: part.end - offset,
    encoding: partEncoding(part),
  };
  return printBlobId({ ...name, part: range });
}

/** A message filed in an account. */
export class StoredSource implements MessageSource {
  readonly root: StoredPart;
  readonly #ctx: MailboxContext;
  readonly #scope: Scope;
  readonly #content: EmailContent;
  #whole: Promise<Uint8Array> | null = null;
  #headers: Promise<readonly HeaderBlock[]> | null = null;

  constructor(ctx: MailboxContext, scope: Scope, content: EmailContent) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#content = content;
    this.root = decodeParts(content.parts);
  }

  headers(): Promise<readonly HeaderBlock[]> {
    this.#headers ??= this.#readHeaders();
    return this.#headers;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const { blob } = this.#content;
    const last = Math.min(end, blob.size);
    if (blob.size > readWholeBytes) return this.#range(start, last);
    this.#whole ??= this.#range(0, blob.size);
    return (await this.#whole).subarray(start, last);
  }

  partBlobId(part: StoredPart): string {
    const { id, blob } = this.#content;
    return printPartBlobId({ kind: 'message', messageId: id, hash: blob.hash, part: null }, 0, part);
  }

  async #readHeaders(): Promise<readonly HeaderBlock[]> {
    const { prefix } = this.#content;
    const bytes = await this.#range(0, Math.min(this.root.bodyStart, maxHeaderBytes));
    const own = new HeaderBlock(bytes);
    return prefix.length === 0 ? [own] : [new HeaderBlock(prefix), own];
  }

  #range(start: number, end: number): Promise<Uint8Array> {
    const { prefix } = this.#content;
    const row = this.#content;
    return readMessageRange(this.#ctx, this.#scope, row, prefix.length + start, prefix.length + end);
  }
}
