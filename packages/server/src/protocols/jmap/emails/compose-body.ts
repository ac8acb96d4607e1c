import { Buffer, isAscii } from 'node:buffer';
import { encodeBase64Lines, encodeQuotedPrintable } from '@hongyan/formats/charset/transfer-encoder.ts';
import { contentField } from '@hongyan/formats/message/fields.ts';

/** A part to be written; the header lines of a leaf lack only the transfer encoding. */
export type ComposedPart =
  | {
      readonly kind: 'leaf';
      /** `type/subtype`, lower case. */
      readonly type: string;
      /** Header lines with CRLF. */
      readonly fields: string;
      readonly content: Uint8Array;
      /** Text of ours in UTF-8: line ends become CRLF and it is left readable where that is possible. */
      readonly isText: boolean;
    }
  | {
      readonly kind: 'multipart';
      readonly type: string;
      /** Header lines beside Content-Type. */
      readonly fields: string;
      readonly parts: readonly ComposedPart[];
    };

interface Rendered {
  readonly fields: string;
  readonly body: Buffer;
}

const maxLine = 998;

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

function renderText(content: Uint8Array): { encoding: string; body: Uint8Array } {
  const text = Buffer.from(
    Buffer.from(content)
      .toString('utf8')
      .replaceAll(/\r\n|\r|\n/g, '\r\n'),
    'utf8',
  );
  if (isAscii(text) && !text.includes(0) && longestLine(text) <= maxLine)
    return { encoding: '7bit', body: text };
  const quoted = encodeQuotedPrintable(text);
  const base64 = encodeBase64Lines(text);
  return quoted.length <= base64.length
    ? { encoding: 'quoted-printable', body: quoted }
    : { encoding: 'base64', body: base64 };
}

/** Messages inside messages must not be encoded (RFC 2046 §5.2.1). */
function renderAsIs(content: Uint8Array): { encoding: string; body: Uint8Array } {
  return { encoding: isAscii(Buffer.from(content)) ? '7bit' : '8bit', body: content };
}

function render(part: ComposedPart, boundary: () => string): Rendered {
  if (part.kind === 'leaf') {
    const { encoding, body } = part.isText
      ? renderText(part.content)
      : part.type.startsWith('message/')
        ? renderAsIs(part.content)
        : { encoding: 'base64', body: encodeBase64Lines(part.content) };
    return { fields: `${part.fields}Content-Transfer-Encoding: ${encoding}\r\n`, body: Buffer.from(body) };
  }
  const children = part.parts.map(child => {
    const { fields, body } = render(child, boundary);
    return Buffer.concat([Buffer.from(`${fields}\r\n`, 'utf8'), body]);
  });
  let mark = boundary();
  while (children.some(child => child.includes(`--${mark}`))) mark = boundary();
  const pieces = children.flatMap(child => [Buffer.from(`--${mark}\r\n`), child, Buffer.from('\r\n')]);
  const encoding = children.every(child => isAscii(child)) ? '' : 'Content-Transfer-Encoding: 8bit\r\n';
  const fields = contentField('Content-Type', part.type, [['boundary', mark]]) + part.fields + encoding;
  return { fields, body: Buffer.concat([...pieces, Buffer.from(`--${mark}--\r\n`)]) };
}

/** The whole message from its header lines and its body; `boundary` makes a new boundary each time. */
export function renderMessage(header: string, body: ComposedPart, boundary: () => string): Uint8Array {
  const rendered = render(body, boundary);
  return Buffer.concat([Buffer.from(`${header}${rendered.fields}\r\n`, 'utf8'), rendered.body]);
}
