import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import PostalMime from 'postal-mime';
import { type BuildPart, buildMessage } from './build.ts';
import { decodePartBody, decodePartText, listAttachments } from './content.ts';
import { addressField, contentField, dateField, idField, plainField, textField } from './fields.ts';
import { HeaderBlock } from './headers.ts';
import { scanMessage } from './scan.ts';
import { summarise } from './summary.ts';

const header = (line: string): HeaderBlock => new HeaderBlock(Buffer.from(line, 'utf8'));
const fields = [
  addressField('From', [{ name: '张三', local: 'zhang', domain: 'hongyan.test' }]),
  addressField('To', [
    { name: 'Doe, "Jane"', local: 'jane', domain: 'b.test' },
    { local: 'odd local', domain: 'b.test' },
  ]),
  dateField('Date', Date.UTC(2026, 10, 22, 10, 39, 55), 480),
  idField('Message-ID', ['1@hongyan.test']),
  textField('Subject', '关于下周一会议的通知，请各部门负责人准时参加并提前准备材料 (final)'),
];

describe('build: fields', () => {
  it('folds at 78 characters and encodes other than ASCII (RFC 5322 §2.1.1, RFC 2047 §2)', () => {
    for (const field of fields) {
      for (const line of field.split('\r\n')) assert.ok(line.length <= 78, line);
      assert.match(field, /^[\u0020-\u007e\r\n]*\r\n$/);
    }
    const summary = summarise(scanMessage(Buffer.from(`${fields.join('')}\r\n`)));
    assert.equal(summary.subject, '关于下周一会议的通知，请各部门负责人准时参加并提前准备材料 (final)');
    assert.equal(summary.from, '张三 <zhang@hongyan.test>');
    assert.equal(summary.to, '"Doe, \\"Jane\\"" <jane@b.test>, "odd local"@b.test');
    assert.equal(summary.sentAt, Date.UTC(2026, 10, 22, 10, 39, 55));
  });

  it('lets nobody inject a field', () => {
    const attack = 'x\r\nBcc: evil@example.test\r\n\r\nbody';
    const made = [
      textField('Subject', attack),
      plainField('X-Note', attack),
      addressField('To', [{ name: attack, local: attack, domain: attack }]),
      idField('References', [attack]),
      contentField('Content-Type', 'text/plain', [['name', attack]]),
    ];
    assert.deepEqual(
      header(made.join('')).fields.map(field => field.name),
      ['Subject', 'X-Note', 'To', 'References', 'Content-Type'],
    );
  });

  it('reads back any subject and name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), raw => {
        const text = raw.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
        const block = Buffer.from(
          textField('Subject', raw) + addressField('From', [{ name: raw, local: 'a', domain: 'b.test' }]),
        );
        const summary = summarise(scanMessage(Buffer.concat([block, Buffer.from('\r\n')])));
        assert.equal(summary.subject, text.replaceAll(/[\u007f-\u009f\u2028\u2029]+/g, ' ').trim());
        assert.equal(summary.fromAddress, 'a@b.test');
        assert.equal(
          summary.fromName.replaceAll(/\s+/g, ''),
          text.replaceAll(/[\s\u007f-\u009f\u2028\u2029]+/g, ''),
        );
      }),
    );
  });

  it('writes file names by RFC 2231 and reads them back', () => {
    const name = `${'年度报告'.repeat(20)} "final".pdf`;
    const field = contentField('Content-Disposition', 'attachment', [['filename', name]]);
    for (const line of field.split('\r\n')) assert.ok(line.length <= 78, line);
    assert.equal(scanMessage(Buffer.from(`${field}\r\n`)).root.fileName, name);
  });
});

describe('build: messages', () => {
  const body: BuildPart = {
    kind: 'multipart',
    subtype: 'mixed',
    boundary: 'outer',
    parts: [
      {
        kind: 'multipart',
        subtype: 'alternative',
        boundary: 'inner',
        parts: [
          { kind: 'text', text: 'plain ASCII\nFrom here\n.\n--outer\n' },
          { kind: 'text', subtype: 'html', text: '<p>你好</p>' },
        ],
      },
      {
        kind: 'data',
        mediaType: 'application/pdf',
        content: Uint8Array.from({ length: 1000 }, (_, i) => i),
        fileName: '报告.pdf',
      },
      {
        kind: 'data',
        mediaType: 'message/rfc822',
        content: Buffer.from('Subject: in\r\n\r\nx'),
        encoding: 'as-is',
      },
    ],
  };

  it('is deterministic and scans to the same tree', () => {
    const bytes = buildMessage(fields, body);
    assert.deepEqual(buildMessage(fields, body), bytes);
    const { root, lineTooLong, has8bit } = scanMessage(bytes);
    assert.ok(!lineTooLong && !has8bit);
    const [alternative, pdf, message] = root.children;
    assert.deepEqual(
      alternative?.children.map(part => part.subtype),
      ['plain', 'html'],
    );
    const plain = alternative?.children[0];
    assert.ok(plain !== undefined && pdf !== undefined);
    assert.equal(
      decodePartText(plain, bytes.subarray(plain.bodyStart, plain.end)).text,
      'plain ASCII\nFrom here\n.\n--outer\n',
    );
    assert.deepEqual(
      [...decodePartBody(pdf, bytes.subarray(pdf.bodyStart, pdf.end))],
      Array.from({ length: 1000 }, (_, i) => i & 255),
    );
    assert.equal(pdf.fileName, '报告.pdf');
    assert.equal(message?.message?.end, message?.end);
    assert.equal(listAttachments(root).length, 2);
  });

  it('gives any text back, lines at most 76 characters when encoded (RFC 2045 §6.7, §6.8)', () => {
    const letters = fc.constantFrom(
      'a',
      ' ',
      '\t',
      '\n',
      '=',
      '.',
      'From ',
      '你',
      '😀',
      'é',
      '\0',
      'x'.repeat(80),
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 200 }), pieces => {
        const text = pieces.join('');
        const bytes = buildMessage([], { kind: 'text', text });
        const { root } = scanMessage(bytes);
        const encoded = bytes.subarray(root.bodyStart, root.end);
        assert.equal(decodePartText(root, encoded).text, text);
        if (root.encoding !== '7bit') {
          for (const line of Buffer.from(encoded).toString('latin1').split('\r\n'))
            assert.ok(line.length <= 76, line);
        }
      }),
    );
  });

  it('is read alike by an independent parser', async () => {
    const bytes = buildMessage(fields, body);
    const mail = await PostalMime.parse(bytes);
    const summary = summarise(scanMessage(bytes));
    assert.equal(mail.subject, summary.subject);
    assert.equal(mail.from?.name, '张三');
    assert.ok(mail.html?.startsWith('<p>你好</p>\n'));
    assert.equal(mail.attachments[0]?.filename, '报告.pdf');
  });
});
