import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { contentField, plainField } from '@hongyan/formats/message/fields.ts';
import type { ComposedPart } from './compose-body.ts';
import { composeFields } from './compose-headers.ts';

/** What a blob holds. */
export interface PartBlob {
  readonly type: string | null;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** Finds blobs; null for one that is not there. */
export type BlobFinder = (blobId: string) => Promise<PartBlob | null>;

const known = new Set([
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'subParts',
]);
/** Fields that a property of the part makes, too. */
const madeBy: Readonly<Record<string, readonly string[]>> = {
  'content-type': ['type', 'charset', 'name'],
  'content-disposition': ['disposition', 'name'],
  'content-id': ['cid'],
  'content-language': ['language'],
  'content-location': ['location'],
};
const maxParts = 1_000;
const mediaType = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/;

/** Builds the parts of a new message out of EmailBodyParts (RFC 8621 §4.6). Throws `invalidProperties`, `blobNotFound`. */
export class PartComposer {
  readonly #values: ReadonlyMap<string, string>;
  readonly #blobs: BlobFinder;
  readonly #missing: string[] = [];
  #count = 0;

  constructor(values: ReadonlyMap<string, string>, blobs: BlobFinder) {
    this.#values = values;
    this.#blobs = blobs;
  }

  /** `path` names the property in errors. `headersAbove` are fields that the Email has already. */
  async compose(value: Json, path: string, headersAbove: ReadonlySet<string>): Promise<ComposedPart> {
    const part = await this.#part(value, path, headersAbove);
    if (this.#missing.length > 0) throw new SetError('blobNotFound', '', { notFound: this.#missing });
    return part;
  }

  /** The media type that a part says it has. */
  static typeOf(value: Json): string | null {
    const type = isObject(value) ? (own(value, 'type') ?? null) : null;
    return typeof type === 'string' ? type.toLowerCase() : null;
  }

  async #part(value: Json, path: string, above: ReadonlySet<string>): Promise<ComposedPart> {
    if (!isObject(value) || ++this.#count > maxParts) throw invalidProperties([path]);
    const strange = Object.keys(value).filter(name => !known.has(name) && !name.startsWith('header:'));
    if (strange.length > 0) throw invalidProperties(strange.map(name => `${path}/${name}`));
    const { fields, wrong } = composeFields(
      Object.fromEntries(Object.entries(value).filter(([name]) => name.startsWith('header:'))),
    );
    for (const { field, property } of fields) {
      const twice = (madeBy[field] ?? []).some(name => (own(value, name) ?? null) !== null);
      if (twice || above.has(field) || field === 'content-transfer-encoding') wrong.push(property);
    }
    if (wrong.length > 0) throw invalidProperties(wrong.map(name => `${path}/${name}`));
    const given = new Set(fields.map(item => item.field));
    const lines = fields.map(item => item.lines).join('');
    const subParts = own(value, 'subParts') ?? null;
    if (subParts !== null) return this.#multipart(value, subParts, path, given, lines);
    return this.#leaf(value, path, given, lines);
  }

  async #multipart(
    value: JsonObject,
    subParts: Json,
    path: string,
    given: ReadonlySet<string>,
    lines: string,
  ): Promise<ComposedPart> {
    const type = PartComposer.typeOf(value) ?? 'multipart/mixed';
    const content = ['partId', 'blobId'].some(name => (own(value, name) ?? null) !== null);
    const good = isArray(subParts) && subParts.length > 0 && /^multipart\/[a-z0-9.+-]+$/.test(type);
    if (!good || content || given.has('content-type')) throw invalidProperties([path]);
    const parts: ComposedPart[] = [];
    for (const [index, item] of subParts.entries()) {
      parts.push(await this.#part(item, `${path}/subParts/${index}`, new Set()));
    }
    return { kind: 'multipart', type, fields: this.#extras(value, path) + lines, parts };
  }

  async #leaf(
    value: JsonObject,
    path: string,
    given: ReadonlySet<string>,
    lines: string,
  ): Promise<ComposedPart> {
    const partId = own(value, 'partId') ?? null;
    const blobId = own(value, 'blobId') ?? null;
    if ((partId === null) === (blobId === null)) throw invalidProperties([`${path}/partId`]);
    const charset = string(value, 'charset', path);
    let type = PartComposer.typeOf(value);
    const text = partId === null ? null : this.#text(value, partId, path);
    const blob = blobId === null ? null : await this.#blob(blobId, path);
    type ??= text === null ? (blob?.type ?? 'application/octet-stream') : 'text/plain';
    if (!mediaType.test(type) || type.startsWith('multipart/')) {
      throw invalidProperties([`${path}/type`]);
    }
    const name = string(value, 'name', path);
    const parameters: [string, string][] = [];
    if (partId !== null) parameters.push(['charset', 'utf-8']);
    else if (charset !== null) parameters.push(['charset', charset]);
    if (name !== null) parameters.push(['name', name]);
    const typeLine = given.has('content-type') ? '' : contentField('Content-Type', type, parameters);
    const fields = typeLine + this.#extras(value, path) + lines;
    return text === null
      ? { kind: 'data', type, fields, stream: blob?.stream ?? nothing }
      : { kind: 'text', fields, text };
  }

  /** The text of a part from `bodyValues`. */
  #text(value: JsonObject, partId: Json, path: string): string {
    const text = typeof partId === 'string' ? this.#values.get(partId) : undefined;
    if (text === undefined) throw invalidProperties([`${path}/partId`], 'not in bodyValues');
    const surplus = ['charset', 'size'].filter(name => (own(value, name) ?? null) !== null);
    if (surplus.length > 0) {
      throw invalidProperties(
        surplus.map(name => `${path}/${name}`),
        'not with partId',
      );
    }
    return text;
  }

  async #blob(blobId: Json, path: string): Promise<PartBlob | null> {
    if (typeof blobId !== 'string') throw invalidProperties([`${path}/blobId`]);
    const blob = await this.#blobs(blobId);
    if (!blob) this.#missing.push(blobId);
    return blob;
  }

  /** Content-Disposition, -ID, -Language and -Location. */
  #extras(value: JsonObject, path: string): string {
    const disposition = string(value, 'disposition', path);
    const name = string(value, 'name', path);
    const cid = string(value, 'cid', path);
    const location = string(value, 'location', path);
    const language = own(value, 'language') ?? null;
    if (disposition !== null && !/^[A-Za-z0-9-]{1,60}$/.test(disposition)) {
      throw invalidProperties([`${path}/disposition`]);
    }
    let lines = '';
    if (disposition !== null || name !== null) {
      const parameters: [string, string][] = name === null ? [] : [['filename', name]];
      lines += contentField('Content-Disposition', disposition ?? 'attachment', parameters);
    }
    if (cid !== null) lines += plainField('Content-ID', `<${cid.replaceAll(/[\s<>]/g, '')}>`);
    if (language !== null) {
      if (!isArray(language) || !language.every(item => typeof item === 'string')) {
        throw invalidProperties([`${path}/language`]);
      }
      if (language.length > 0) lines += plainField('Content-Language', language.join(', '));
    }
    if (location !== null) lines += plainField('Content-Location', location);
    return lines;
  }
}

function string(object: JsonObject, name: string, path: string): string | null {
  const value = own(object, name) ?? null;
  if (value !== null && typeof value !== 'string') throw invalidProperties([`${path}/${name}`]);
  return value;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
