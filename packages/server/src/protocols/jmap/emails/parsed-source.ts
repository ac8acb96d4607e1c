import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { MessagePart, MessageStructure, StoredPart } from '@hongyan/formats/message/part.ts';
import type { Blob } from '../blobs.ts';
import { type MessageSource, printPartBlobId } from './message-source.ts';

/** A message inside a blob, all of it in memory. */
export class ParsedSource implements MessageSource {
  readonly root: MessagePart;
  readonly #bytes: Uint8Array;
  readonly #structure: MessageStructure;
  readonly #blob: Blob;

  constructor(blob: Blob, bytes: Uint8Array, structure: MessageStructure) {
    this.root = structure.root;
    this.#bytes = bytes;
    this.#structure = structure;
    this.#blob = blob;
  }

  headers(): Promise<readonly HeaderBlock[]> {
    return Promise.resolve([new HeaderBlock(this.#structure.header)]);
  }

  read(start: number, end: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.subarray(start, end));
  }

  /** Null inside a blob that is encoded itself: no range of stored octets is that part. */
  partBlobId(part: StoredPart): string | null {
    const { name, encoding, email } = this.#blob;
    if (encoding !== 'none') return null;
    // Parts of a message that begins with lines of the server are counted without them.
    const offset = name.part ? -name.part.start : (email?.prefix.length ?? 0);
    return name.kind === 'script' ? null : printPartBlobId(name, offset, part);
  }
}
