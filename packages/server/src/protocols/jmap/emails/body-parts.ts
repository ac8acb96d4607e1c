import type { Json, JsonObject } from '@hongyan/formats/jmap/json.ts';
import {
  decodePartBody,
  estimateDecodedSize,
  findBodyParts,
  mediaTypeOf,
} from '@hongyan/formats/message/content.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { headerList, headerValue } from './header-forms.ts';
import { type MessageSource, partEncoding } from './message-source.ts';
import type { PartPlan } from './plan.ts';

/** Part numbers as IMAP has them; multiparts have none (RFC 8621 §4.1.4 `partId`). */
export function partIds(root: StoredPart): ReadonlyMap<StoredPart, string> {
  const ids = new Map<StoredPart, string>();
  const walk = (part: StoredPart, path: string): void => {
    if (part.type !== 'multipart') ids.set(part, path === '' ? '1' : path);
    for (const [index, child] of part.children.entries()) {
      walk(child, path === '' ? String(index + 1) : `${path}.${index + 1}`);
    }
  };
  walk(root, '');
  return ids;
}

/** Encoded bodies up to this size are decoded to learn their exact size; larger ones are computed. */
const exactSizeBytes = 1024 * 1024;

/** Makes EmailBodyPart objects (RFC 8621 §4.1.4). */
export class BodyPartPrinter {
  readonly #source: MessageSource;
  readonly #plan: PartPlan;
  readonly #ids: ReadonlyMap<StoredPart, string>;

  constructor(source: MessageSource, plan: PartPlan) {
    this.#source = source;
    this.#plan = plan;
    this.#ids = partIds(source.root);
  }

  idOf(part: StoredPart): string | null {
    return this.#ids.get(part) ?? null;
  }

  /** The part with its children, if it has any. */
  async structure(part: StoredPart): Promise<JsonObject> {
    const object = await this.part(part);
    if (part.type !== 'multipart') return object;
    const subParts: JsonObject[] = [];
    for (const child of part.children) subParts.push(await this.structure(child));
    return { ...object, subParts };
  }

  async list(parts: readonly StoredPart[]): Promise<JsonObject[]> {
    const objects: JsonObject[] = [];
    for (const part of parts) objects.push(await this.part(part));
    return objects;
  }

  async part(part: StoredPart): Promise<JsonObject> {
    const { properties, headers } = this.#plan;
    const object: Record<string, Json> = {};
    const multipart = part.type === 'multipart';
    const put = (name: string, value: () => Json): void => {
      if (properties.has(name)) object[name] = value();
    };
    put('partId', () => this.idOf(part));
    put('blobId', () => (multipart ? null : this.#source.partBlobId(part)));
    if (properties.has('size')) object['size'] = await this.#size(part);
    put('name', () => part.fileName);
    put('type', () => mediaTypeOf(part));
    put('charset', () => part.charset ?? (part.type === 'text' ? 'us-ascii' : null));
    put('disposition', () => part.disposition);
    put('cid', () => part.contentId);
    put('language', () => (part.language.length === 0 ? null : part.language));
    put('location', () => part.location);
    if (properties.has('subParts') && !multipart) object['subParts'] = null;
    if (properties.has('headers') || headers.length > 0) {
      const blocks = await this.#headers(part);
      if (properties.has('headers')) object['headers'] = headerList(blocks);
      for (const header of headers) object[header.property] = headerValue(blocks, header);
    }
    return object;
  }

  async #headers(part: StoredPart): Promise<readonly HeaderBlock[]> {
    if (part === this.#source.root) return this.#source.headers();
    return [new HeaderBlock(await this.#source.read(part.headerStart, part.bodyStart))];
  }

  /** Octets after decoding (RFC 8621 §4.1.4 `size`). */
  async #size(part: StoredPart): Promise<number> {
    const length = part.end - part.bodyStart;
    if (part.type === 'multipart') return 0;
    if (partEncoding(part) === 'none') return length;
    if (length > exactSizeBytes) return estimateDecodedSize(part);
    return decodePartBody(part, await this.#source.read(part.bodyStart, part.end)).length;
  }
}

export interface BodyLists {
  readonly textBody: readonly StoredPart[];
  readonly htmlBody: readonly StoredPart[];
  readonly attachments: readonly StoredPart[];
}

export function bodyLists(source: MessageSource): BodyLists {
  return findBodyParts(source.root);
}
