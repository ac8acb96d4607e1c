import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { parseBodystructure, parseEnvelope } from 'imapflow/lib/tools.js';
import { bodyFromBodyStructure, renderBodyStructure } from './body-structure.ts';
import { renderEnvelope } from './envelope.ts';
import { decodeParts, encodeParts } from './part-table.ts';
import { scanMessage } from './scan.ts';
import { findSection } from './section.ts';

const read = (name: string): Buffer => readFileSync(new URL(`./corpus/${name}`, import.meta.url));
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const envelope = (header: string): string =>
  latin1(renderEnvelope(Buffer.from(header.replaceAll('\n', '\r\n'))));
const structure = (text: string, extended = true): string =>
  latin1(renderBodyStructure(scanMessage(Buffer.from(text.replaceAll('\n', '\r\n'))), extended));

describe('ENVELOPE (RFC 9051 §7.5.2, RFC 3501 §7.4.2)', () => {
  it('gives all ten fields, Sender and Reply-To by default as From', () => {
    assert.equal(
      envelope(
        'Date: Sun, 22 Nov 2026 10:00:00 +0800\nSubject: Hi\nFrom: A <a@b.test>\nTo: c@d.test\nMessage-ID: <1@b.test>\n\n',
      ),
      '("Sun, 22 Nov 2026 10:00:00 +0800" "Hi" (("A" NIL "a" "b.test")) (("A" NIL "a" "b.test")) (("A" NIL "a" "b.test"))' +
        ' ((NIL NIL "c" "d.test")) NIL NIL NIL "<1@b.test>")',
    );
    assert.equal(
      envelope('From: a@b\nSender:\nReply-To: c@d\n\n'),
      '(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "c" "d")) NIL NIL NIL NIL NIL)',
    );
  });

  it('tells an absent field (NIL) from an empty one', () => {
    assert.equal(envelope('\n'), '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)');
    assert.equal(envelope('Subject:\nDate: \nTo:\n\n'), '("" "" NIL NIL NIL NIL NIL NIL NIL NIL)');
  });

  it('marks the start and end of groups and gives source routes', () => {
    assert.equal(
      envelope('To: G: a@b, C <c@d>;, none:;, <@x,@y:z@w>\n\n'),
      '(NIL NIL NIL NIL NIL ((NIL NIL "G" NIL)(NIL NIL "a" "b")("C" NIL "c" "d")(NIL NIL NIL NIL)' +
        '(NIL NIL "none" NIL)(NIL NIL NIL NIL)(NIL "@x,@y" "z" "w")) NIL NIL NIL NIL)',
    );
  });

  it('escapes quotes and backslashes and unfolds', () => {
    assert.equal(
      envelope('Subject: a "b" \\ c\n\td\n\n'),
      '(NIL "a \\"b\\" \\\\ c\td" NIL NIL NIL NIL NIL NIL NIL NIL)',
    );
  });

  it('keeps encoded-words and re-encodes undeclared 8-bit text as UTF-8 words (RFC 2047)', () => {
    assert.match(envelope('Subject: =?GBK?B?1cXI/Q==?=\n\n'), /"=\?GBK\?B\?1cXI\/Q==\?="/);
    const gbk = latin1(renderEnvelope(read('undeclared-gbk.eml')));
    assert.match(gbk, /"=\?UTF-8\?B\?5YWz5LqO5oql6ZSA55qE6YCa55\+l\?="/);
    assert.match(gbk, /\("=\?UTF-8\?B\?5byg5LiJ\?=" NIL "zhang" "hongyan\.test"\)/);
  });

  it('lets no CR, LF or NUL of a header reach the client', () => {
    const value = renderEnvelope(read('cr-in-header.eml'));
    assert.ok(!value.includes(0) && !value.includes(10) && !value.includes(13));
    assert.match(latin1(value), /"one Bcc: smuggled@b\.test"/);
  });
});

describe('BODY and BODYSTRUCTURE (RFC 9051 §7.5.2)', () => {
  it('describes a text part with its lines', () => {
    assert.equal(
      structure(
        'Content-Type: TEXT/PLAIN; charset=UTF-8\nContent-ID: <i@x>\nContent-Description: d\nContent-Transfer-Encoding: 8BIT\n\na\nb\n',
      ),
      '("text" "plain" ("charset" "UTF-8") "<i@x>" "d" "8bit" 6 2 NIL NIL NIL NIL)',
    );
    assert.equal(
      structure('A: b\n\nx\n', false),
      '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 1)',
    );
  });

  it('gives disposition, language, location and MD5 as extension data', () => {
    const value = latin1(renderBodyStructure(scanMessage(read('related.eml')), true));
    assert.match(
      value,
      /\("application" "zip" NIL NIL "=\?UTF-8\?B\?5pWw5o2u\?=" "base64" 8 "Q2hlY2sgSW50ZWdyaXR5IQ==" \("attachment" \("filename" "data\.zip"\)\) \("zh-CN" "en"\) "http:\/\/example\.test\/data\.zip"\)/,
    );
    assert.match(value, / "mixed" \("boundary" "m"\) NIL NIL NIL\)$/);
  });

  it('embeds envelope, structure and lines of an encapsulated message', () => {
    const value = structure('Content-Type: message/rfc822\n\nSubject: in\n\nx\ny\n', false);
    assert.equal(
      value,
      '("message" "rfc822" NIL NIL NIL "7bit" 21 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)' +
        ' ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 2) 4)',
    );
  });

  it('joins RFC 2231 pieces; other file names keep the form that was sent', () => {
    const value = latin1(renderBodyStructure(scanMessage(read('rfc2231-file-name.eml')), true));
    assert.match(value, /\("filename\*" "utf-8''%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A\.pdf"\)/);
    assert.match(value, /\("name" "=\?UTF-8\?B\?5ZCI5ZCM\?=\.doc"\)/);
  });

  it('derives BODY from a stored BODYSTRUCTURE', () => {
    for (const name of ['related.eml', 'forwarded.eml', 'digest.eml', 'rfc2231-file-name.eml', 'gbk.eml']) {
      const scanned = scanMessage(read(name));
      assert.equal(
        latin1(bodyFromBodyStructure(renderBodyStructure(scanned, true))),
        latin1(renderBodyStructure(scanned, false)),
        name,
      );
    }
  });
});

describe('sections (RFC 9051 §6.4.5.1)', () => {
  const bytes = read('forwarded.eml');
  const parts = decodeParts(encodeParts(scanMessage(bytes).root));
  const section = (path: number[], text: 'HEADER' | 'TEXT' | 'MIME' | null = null): string | null => {
    const range = findSection(parts, path, text);
    return range === null ? null : bytes.toString('latin1', range.start, range.end);
  };

  it('finds parts of a multipart and of an encapsulated message', () => {
    assert.equal(section([1]), 'See below.');
    assert.equal(section([2, 1]), 'inner text');
    assert.equal(section([2, 2, 1]), 'deep');
    assert.equal(section([2, 2]), 'Subject: innermost\r\n\r\ndeep');
    assert.equal(section([2, 3]), null);
    assert.equal(section([0]), null);
    assert.equal(section([1, 1]), null);
  });

  it('finds HEADER and TEXT of the message and of encapsulated ones only', () => {
    assert.ok(section([], 'HEADER')?.endsWith('boundary="outer boundary"\r\n\r\n'));
    assert.ok(section([], 'TEXT')?.startsWith('--outer boundary\r\n'));
    assert.equal(section([]), bytes.toString('latin1'));
    assert.match(section([2], 'HEADER') ?? '', /^From: =\?GB2312[\s\S]*boundary=in\r\n\r\n$/);
    assert.match(section([2], 'TEXT') ?? '', /^--in\r\n[\s\S]*--in--$/);
    assert.equal(section([2, 2], 'TEXT'), 'deep');
    assert.equal(section([1], 'HEADER'), null);
    assert.equal(section([1], 'TEXT'), null);
  });

  it('finds MIME headers below a part number only', () => {
    assert.equal(section([2, 1], 'MIME'), 'Content-Type: text/plain; charset=utf-8\r\n\r\n');
    assert.equal(section([1], 'MIME'), '\r\n');
    assert.equal(section([], 'MIME'), null);
  });

  it('calls the body of a message without multipart part 1', () => {
    const single = scanMessage(Buffer.from('A: b\r\n\r\nx')).root;
    assert.deepEqual(findSection(single, [1], null), { start: 8, end: 9 });
    assert.deepEqual(findSection(single, [1], 'MIME'), { start: 0, end: 8 });
    assert.equal(findSection(single, [2], null), null);
    assert.equal(findSection(single, [1, 1], null), null);
  });
});

describe('an independent IMAP client', () => {
  const parse = async (name: string): Promise<{ envelope: string; structure: string }> => {
    const bytes = read(name);
    const scanned = scanMessage(bytes);
    const line = `* 1 FETCH (ENVELOPE ${latin1(renderEnvelope(scanned.header))} BODYSTRUCTURE ${latin1(renderBodyStructure(scanned, true))})`;
    const { attributes } = await parser(Buffer.from(line, 'latin1'));
    const values = attributes?.[1];
    assert.ok(Array.isArray(values), name);
    return {
      envelope: JSON.stringify(parseEnvelope(values[1] as never)),
      structure: JSON.stringify(parseBodystructure(values[3] as never)),
    };
  };

  it('understands the values of every mail in the corpus', async () => {
    for (const name of readdirSync(new URL('./corpus/', import.meta.url))) {
      const { structure } = await parse(name);
      assert.match(structure, /"type":"/, name);
    }
  });

  it('reads Chinese names, subjects and file names from them', async () => {
    assert.match((await parse('undeclared-gbk.eml')).envelope, /"subject":"关于报销的通知".*"name":"张三"/);
    assert.match(
      (await parse('rfc2231-file-name.eml')).structure,
      /"filename":"年度报告\.pdf".*"name":"合同\.doc"/,
    );
  });
});

describe('part table', () => {
  it('gives back the tree in a fraction of its size', () => {
    for (const name of [
      'related.eml',
      'forwarded.eml',
      'flowed.eml',
      'digest.eml',
      'rfc2231-file-name.eml',
    ]) {
      const { root } = scanMessage(read(name));
      const table = encodeParts(root);
      const back = decodeParts(table);
      assert.deepEqual(encodeParts(back), table);
      assert.equal(back.children.length, root.children.length);
      assert.equal(back.fileName, root.fileName);
      assert.ok(table.length < 200, `${name}: ${table.length}`);
    }
  });

  it('refuses a damaged table', () => {
    const table = encodeParts(scanMessage(read('related.eml')).root);
    for (let cut = 0; cut < table.length; cut++)
      assert.throws(() => decodeParts(table.subarray(0, cut)), RangeError);
    assert.throws(() => decodeParts(Uint8Array.of(9, 0)), RangeError);
  });
});
