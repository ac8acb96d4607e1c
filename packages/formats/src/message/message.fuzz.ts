import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { parseAddresses } from './address.ts';
import { bodyFromBodyStructure, renderBodyStructure } from './body-structure.ts';
import { decodePartText, listAttachments } from './content.ts';
import { parseDate } from './date.ts';
import { decodeWords } from './encoded-word.ts';
import { HeaderBlock } from './headers.ts';
import { parseMessageIds } from './message-id.ts';
import { parseParameterised } from './parameters.ts';
import type { MessagePart, MessageStructure, StoredPart } from './part.ts';
import { decodeParts, encodeParts } from './part-table.ts';
import { MessageScanner, scanMessage } from './scan.ts';
import { findSection } from './section.ts';
import { baseSubject } from './subject.ts';
import { summarise } from './summary.ts';

/** Depth of the tree that assertions and deep comparisons can walk. */
const LIMITS = { maxParts: 200 };

/** Offsets lie in order and inside the part around them. */
export function checkPart(part: MessagePart, from: number, to: number): void {
  assert.ok(part.headerStart >= from && part.headerStart <= part.bodyStart, 'header inside the part around');
  assert.ok(part.bodyStart <= part.end && part.end <= to, 'body inside the part around');
  assert.ok(part.type !== 'multipart' || part.children.length > 0, 'multipart has children');
  assert.ok(part.lines >= 0 && part.lines <= part.end - part.bodyStart, 'lines fit the body');
  assert.ok(part.prefix === null || part.prefix.length <= part.end - part.bodyStart, 'prefix fits the body');
  if (part.message !== null) checkPart(part.message, part.bodyStart, part.end);
  let at = part.bodyStart;
  for (const child of part.children) {
    checkPart(child, at, part.end);
    at = child.end;
  }
}

/** The same result whichever way the bytes come in. */
export function scanInPieces(input: Uint8Array, size: number): MessageStructure {
  const scanner = new MessageScanner(LIMITS);
  for (let at = 0; at < input.length; at += size) scanner.push(input.subarray(at, at + size));
  return scanner.finish();
}

function checkImapText(bytes: Uint8Array): void {
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    assert.ok(byte > 0 && byte < 0x80 && byte !== 0x0a && byte !== 0x0d, 'plain ASCII without line ends');
    if (quoted && byte === 0x5c) i++;
    else if (byte === 0x22) quoted = !quoted;
    else if (!quoted && byte === 0x28) depth++;
    else if (!quoted && byte === 0x29) depth--;
    assert.ok(depth >= 0, 'parentheses match');
  }
  assert.ok(!quoted && depth === 0, 'everything is closed');
}

function checkText(part: StoredPart, input: Uint8Array): void {
  if (part.type === 'text') decodePartText(part, input.subarray(part.bodyStart, part.end));
  if (part.message !== null) checkText(part.message, input);
  for (const child of part.children) checkText(child, input);
}

export const target: FuzzTarget = {
  name: 'message',
  *seeds(): Iterable<Uint8Array> {
    yield Buffer.from(
      'From: "A, B" <a@b.example>, =?gb2312?B?1cXI/Q==?= (c) <@x,@y:z@[1.2.3.4]>\r\nTo: g: a@b, c@d;, e@f\r\n' +
        'Subject: Re: [x] =?utf-8?q?=E4=BD=A0?= =?utf-8?q?=E5=A5=BD?=\r\nDate: Sun, 22 Nov 2026 18:39:55 +0800 (CST)\r\n' +
        'Content-Type: multipart/mixed; boundary="b"; x*0*=utf-8\'\'%e4; x*1=y\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n' +
        'Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n--b--\r\n',
    );
  },
  dictionary: [
    '\r\n--b\r\n',
    '\r\n--b--\r\n',
    '\n--c',
    '--',
    '\r\n\r\n',
    '\r\r\n',
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
    'Content-Type: message/rfc822\r\n\r\n',
    'Content-Type: multipart/digest; boundary="b "\r\n',
    'From: ',
    'To: ',
    'Date: ',
    '=?utf-8?B?',
    '=?iso-2022-jp?B?GyRC',
    '?=',
    '=?',
    "name*0*=utf-8''",
    '*1=',
    '(',
    '\\"',
    '<',
    '>',
    '@',
    ':',
    ';',
    ',',
    'Content-Transfer-Encoding: base64\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n',
    '=\r\n',
    '[fwd:',
    '[a]',
    're:',
    'Content-Type: text/html; charset=gb18030\r\n',
    '<style>',
    '<!--',
    '&#x',
    '\u4f60\u597d',
    'charset=utf-7\r\n',
    '"',
    'References: ',
    'Content-Type: text/plain; format=flowed; delsp=yes\r\n',
    '> > ',
    '-- \r\n',
  ],
  run(input: Uint8Array): void {
    const structure = scanMessage(input, LIMITS);
    assert.equal(structure.root.end, input.length, 'the root reaches the end');
    checkPart(structure.root, 0, input.length);
    const size = 1 + (input.length % 61);
    if (input.length / size < 4_000)
      assert.deepEqual(scanInPieces(input, size), structure, `pieces of ${size}`);
    const summary = summarise(structure);
    checkImapText(summary.envelope);
    checkImapText(summary.bodyStructure);
    assert.deepEqual(bodyFromBodyStructure(summary.bodyStructure), renderBodyStructure(structure, false));
    assert.ok(summary.preview.length <= 256 && !/[\r\n]/.test(summary.preview), 'preview is short');
    const parts = decodeParts(summary.parts);
    assert.deepEqual(encodeParts(parts), summary.parts, 'the part table survives');
    assert.deepEqual(findSection(parts, [1], null), findSection(structure.root, [1], null));
    listAttachments(parts);
    checkText(parts, input);
    const header = new HeaderBlock(input);
    for (const field of header.fields) {
      const text = header.text(field);
      parseAddresses(text);
      parseDate(text);
      parseMessageIds(text);
      parseParameterised(text);
      baseSubject(decodeWords(text));
    }
  },
};
