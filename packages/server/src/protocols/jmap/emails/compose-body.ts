import { Buffer, isAscii } from 'node:buffer';
import { encodeBase64Lines, encodeQuotedPrintable } from '@hongyan/formats/charset/transfer-encoder.ts';
import { contentField } from '@hongyan/formats/message/fields.ts';

/** A part to be written; header lines with CRLF, those of a leaf without the transfer encoding. */
export type ComposedPart =
  /** Text of ours: line ends become CRLF, and it is left readable where that is possible. */
  | { readonly kind: 'text'; readonly fields: string; readonly text: string }
  | {
      readonly kind: 'data';
      /** `type/subtype`, lower case. */
      readonly type: string;
      readonly fields: string;
      /** The octets, as often as they are asked for. */
      readonly stream: () => AsyncIterable<Uint8Array>;
    }
  | {
      readonly kind: 'multipart';
      readonly type: string;
      /** Header lines beside Content-Type. */
      readonly fields: string;
      readonly parts: readonly ComposedPart[];
    };

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

interface Prepared {
  readonly fields: string;
  readonly ascii: boolean;
  body(): Chunks;
}

const maxLine = 998;
const base64LineBytes = 57;

function longestLine(bytes: Uint8Array): number {
  let start = 0;
  let longest = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x0a) continue;
    longest = Math.max(longest, at - start);
    start = at + 1;
  }
  return longest;
}

function encodeText(given: string): { encoding: string; bytes: Uint8Array } {
  const text = Buffer.from(given.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n'), 'utf8');
  if (isAscii(text) && !text.includes(0) && longestLine(text) <= maxLine) {
    return { encoding: '7bit', bytes: text };
  }
  const quoted = encodeQuotedPrintable(text);
  const base64 = encodeBase64Lines(text);
  return quoted.length <= base64.length
    ? { encoding: 'quoted-printable', bytes: quoted }
    : { encoding: 'base64', bytes: base64 };
}

/** Base64 in whole lines, whatever the chunks are. */
async function* base64Chunks(chunks: AsyncIterable<Uint8Array>): Chunks {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % base64LineBytes);
    if (whole > 0) yield encodeBase64Lines(bytes.subarray(0, whole));
    rest = bytes.slice(whole);
  }
  if (rest.length > 0) yield encodeBase64Lines(rest);
}

async function allAscii(chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of chunks) if (!isAscii(chunk)) return false;
  return true;
}

async function prepare(part: ComposedPart, boundary: () => string): Promise<Prepared> {
  if (part.kind === 'text') {
    const { encoding, bytes } = encodeText(part.text);
    return {
      fields: `${part.fields}Content-Transfer-Encoding: ${encoding}\r\n`,
      ascii: true,
      async *body() {
        yield bytes;
      },
    };
  }
  if (part.kind === 'multipart') return prepareMultipart(part, boundary);
  const { type, fields, stream } = part;
  // Messages inside messages must not be encoded (RFC 2046 §5.2.1).
  const asIs = type.startsWith('message/');
  const ascii = asIs ? await allAscii(stream()) : true;
  const encoding = asIs ? (ascii ? '7bit' : '8bit') : 'base64';
  return {
    fields: `${fields}Content-Transfer-Encoding: ${encoding}\r\n`,
    ascii,
    async *body() {
      yield* asIs ? stream() : base64Chunks(stream());
    },
  };
}

async function prepareMultipart(
  part: Extract<ComposedPart, { kind: 'multipart' }>,
  boundary: () => string,
): Promise<Prepared> {
  const children: Prepared[] = [];
  for (const child of part.parts) children.push(await prepare(child, boundary));
  const mark = boundary();
  const ascii = children.every(child => child.ascii);
  // RFC 2045 §6.4: a multipart may only be 7bit or 8bit.
  const encoding = ascii ? '' : 'Content-Transfer-Encoding: 8bit\r\n';
  return {
    fields: contentField('Content-Type', part.type, [['boundary', mark]]) + part.fields + encoding,
    ascii,
    async *body() {
      for (const child of children) {
        yield Buffer.from(`--${mark}\r\n${child.fields}\r\n`, 'utf8');
        yield* child.body();
        yield Buffer.from('\r\n');
      }
      yield Buffer.from(`--${mark}--\r\n`);
    },
  };
}

/**
 * The message from its header lines and its body, in chunks: memory does not grow with attachments. `boundary` makes a
 * new boundary each time, so random that it occurs in no part.
 */
export async function* renderMessage(header: string, body: ComposedPart, boundary: () => string): Chunks {
  const prepared = await prepare(body, boundary);
  yield Buffer.from(`${header}${prepared.fields}\r\n`, 'utf8');
  yield* prepared.body();
}
