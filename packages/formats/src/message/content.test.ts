import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodePartText, findBodyParts, hasAttachment, listAttachments, mediaTypeOf } from './content.ts';
import type { StoredPart } from './part.ts';
import { scanMessage } from './scan.ts';
import { summarise } from './summary.ts';
import { unflow } from './text/flowed.ts';
import { htmlToText } from './text/html-text.ts';

const read = (name: string): Buffer => readFileSync(new URL(`./corpus/${name}`, import.meta.url));
const textOf = (name: string): string => {
  const bytes = read(name);
  const { root } = scanMessage(bytes);
  return decodePartText(root, bytes.subarray(root.bodyStart, root.end)).text;
};

describe('text of a part', () => {
  const expected: readonly [string, string][] = [
    ['gbk.eml', '你好，这是一封测试邮件。鸿雁传书，一路平安。\n'],
    ['gb18030.eml', '你好，这是一封测试邮件。鸿雁传书，一路平安。㐀𠮷\n'],
    ['big5.eml', '您好，這是測試信件。許功蓋\n'],
    ['big5-hkscs.eml', '嘅咗喺啲'],
    ['iso-2022-jp.eml', 'こんにちは、世界。\n'],
    ['iso-2022-jp-unlabelled.eml', 'こんにちは\n'],
    ['shift-jis.eml', '表示とソート\n'],
    ['euc-kr.eml', '안녕하세요. 똠방각하 펲시\n'],
    ['iso-2022-kr.eml', '안녕하세요\n'],
    ['hz.eml', '你好 ~ hz\n'],
    ['utf-7.eml', '你好 UTF-7\n'],
    ['undeclared-gbk.eml', '你好，未声明字符集的国标码正文。\n'],
    ['undeclared-utf8.eml', '正文也是 UTF-8。\n'],
    ['ascii-label-8bit.eml', '其实是国标\n'],
    ['damaged-base64.eml', '你好，世界'],
    ['damaged-quoted-printable.eml', 'soft break, bad =ZZ, lone = , lower 你, trailing\nend'],
  ];
  for (const [name, text] of expected) {
    it(`decodes ${name.replace('.eml', '')} (RFC 2045 §6)`, () => assert.equal(textOf(name), text));
  }

  it('joins flowed paragraphs, with DelSp and quoting (RFC 3676 §4)', () => {
    assert.equal(
      textOf('flowed.eml'),
      '这是一个很长的段落。\n> quotedtext\n>> deeper\nFrom stuffed\n-- \nsig\n',
    );
    assert.equal(unflow('a \nb\n> c \n> d\n>> e\nf', false), 'a b\n> c d\n>> e\nf');
    assert.equal(unflow('open \n', false), 'open ');
    assert.equal(unflow('a \n-- \nsig', false), 'a \n-- \nsig');
  });
});

describe('body parts (RFC 8621 §4.1.4)', () => {
  it('chooses as the example of the RFC does', () => {
    const leaf = (id: string, type: string, disposition = ''): string =>
      `Content-Type: ${type}\n${disposition === '' ? '' : `Content-Disposition: ${disposition}\n`}Content-ID: <${id}>\n\n${id}\n`;
    const multi = (subtype: string, boundary: string, parts: string[]): string =>
      `Content-Type: multipart/${subtype}; boundary=${boundary}\n\n${parts.map(part => `--${boundary}\n${part}`).join('')}--${boundary}--\n`;
    const text = multi('mixed', 'm1', [
      leaf('A', 'text/plain', 'inline'),
      multi('mixed', 'm2', [
        multi('alternative', 'alt', [
          multi('mixed', 'm3', [
            leaf('B', 'text/plain', 'inline'),
            leaf('C', 'image/jpeg', 'inline'),
            leaf('D', 'text/plain', 'inline'),
          ]),
          multi('related', 'rel', [leaf('E', 'text/html'), leaf('F', 'image/jpeg')]),
        ]),
        leaf('G', 'image/jpeg', 'attachment'),
        leaf('H', 'application/x-excel'),
        leaf('J', 'message/rfc822'),
      ]),
      leaf('K', 'text/plain', 'inline'),
    ]);
    const { root } = scanMessage(Buffer.from(text.replaceAll('\n', '\r\n')));
    const { textBody, htmlBody, attachments } = findBodyParts(root);
    const ids = (parts: readonly StoredPart[]): string => parts.map(part => part.contentId).join('');
    assert.equal(ids(textBody), 'ABCDK');
    assert.equal(ids(htmlBody), 'AEK');
    assert.equal(ids(attachments), 'CFGHJ');
    assert.deepEqual(
      listAttachments(root).map(({ path }) => path.join('.')),
      ['2.1.1.2', '2.1.2.2', '2.2', '2.3', '2.4'],
    );
  });

  it('shows the only kind there is in both views', () => {
    const { textBody, htmlBody } = findBodyParts(scanMessage(read('html-only.eml')).root);
    assert.deepEqual([textBody.map(mediaTypeOf), htmlBody.map(mediaTypeOf)], [['text/html'], ['text/html']]);
  });

  it('does not count embedded pictures, signatures and reports as attachments', () => {
    assert.equal(hasAttachment(scanMessage(read('related.eml')).root), true);
    assert.equal(hasAttachment(scanMessage(read('delivery-status.eml')).root), false);
    assert.equal(hasAttachment(scanMessage(read('html-only.eml')).root), false);
    const embedded =
      'Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\nx\n--b\nContent-Type: image/png\nContent-ID: <i>\n\ny\n--b--\n';
    assert.equal(hasAttachment(scanMessage(Buffer.from(embedded)).root), false);
  });

  it('lists names, types, sizes and Content-IDs', () => {
    const found = listAttachments(scanMessage(read('related.eml')).root);
    assert.deepEqual(
      found.map(({ fileName, mediaType, decodedSize, inline, contentId, path }) => ({
        fileName,
        mediaType,
        decodedSize,
        inline,
        contentId,
        path,
      })),
      [
        {
          fileName: 'logo.png',
          mediaType: 'image/png',
          decodedSize: 9,
          inline: true,
          contentId: 'logo@x',
          path: [1, 2],
        },
        {
          fileName: 'data.zip',
          mediaType: 'application/zip',
          decodedSize: 6,
          inline: false,
          contentId: null,
          path: [2],
        },
      ],
    );
    assert.deepEqual(
      listAttachments(scanMessage(read('rfc2231-file-name.eml')).root).map(({ fileName }) => fileName),
      ['年度报告.pdf', '合同.doc', 'plan (final).txt'],
    );
  });
});

describe('HTML as text', () => {
  it('drops tags, scripts, styles and comments and decodes references', () => {
    assert.equal(
      htmlToText(
        '<style>p{}</style><p title=">">a&amp;b&#x4f60;&#22909;</p><script>x<y</script>c<!-- <d> -->e',
      ).trim(),
      'a&b你好\nce',
    );
    assert.equal(htmlToText('1 < 2 &unknown; &#xD800; &'), '1 < 2 &unknown; &#xD800; &');
  });

  it('stays linear on unclosed constructs', () => {
    for (const piece of ['<', '<!--', '<style>', '</', '&', '&#', '<a b="', '<p>']) {
      assert.equal(typeof htmlToText(piece.repeat(50_000)), 'string');
    }
  });
});

describe('summary', () => {
  it('holds what lists, threads and sorting need', () => {
    const summary = summarise(scanMessage(read('gbk.eml')));
    assert.equal(summary.subject, '会议通知：下周一');
    assert.equal(summary.from, 'Alice <alice@hongyan.test>');
    assert.equal(summary.fromAddress, 'alice@hongyan.test');
    assert.equal(summary.fromName, 'Alice');
    assert.equal(summary.sentAt, Date.UTC(2026, 10, 22, 2));
    assert.equal(summary.sentOffset, 480);
    assert.equal(summary.messageId, 'gbk@hongyan.test');
    assert.equal(summary.preview, '你好，这是一封测试邮件。鸿雁传书，一路平安。');
    assert.equal(summary.hasAttachment, false);
  });

  it('reads threads and the base subject (RFC 5256 §2.1)', () => {
    const ids = summarise(scanMessage(read('duplicate-fields.eml')));
    assert.deepEqual(ids.references, ['r1@b.test', 'r2@b.test', 'r3@b.test']);
    assert.deepEqual(ids.inReplyTo, ['r3@b.test']);
    assert.equal(ids.messageId, 'one@b.test');
    const dated = summarise(scanMessage(read('dates.eml')));
    assert.equal(dated.baseSubject, '会议');
    assert.equal(dated.isReply, true);
  });

  it('makes a preview of at most 256 characters from own words, or from HTML', () => {
    assert.equal(summarise(scanMessage(read('html-only.eml'))).preview, '你好 & welcome 1 < 2 !');
    const quoted = summarise(scanMessage(Buffer.from('A: b\r\n\r\n> old\r\nnew\r\n-- \r\nsig\r\n')));
    assert.equal(quoted.preview, 'new');
    assert.equal(
      summarise(scanMessage(Buffer.from('A: b\r\n\r\n> only quoted\r\n'))).preview,
      '> only quoted',
    );
    const long = summarise(scanMessage(Buffer.from(`A: b\r\n\r\n${'你😀'.repeat(2000)}`)));
    assert.equal(long.preview.length, 256);
    assert.ok(long.preview.isWellFormed());
    for (const pad of ['', 'x', 'xx']) {
      const undeclared = Buffer.from(`A: b\r\n\r\n${pad}${'> 旧的\r\n'.repeat(600)}`);
      assert.match(summarise(scanMessage(undeclared)).preview, /^(?:> 旧的 > 旧的|x+> 旧的$)/);
    }
  });

  it('bounds every text of a hostile header', () => {
    const bytes = Buffer.from(
      `From: ${'"x" <a@b.test>, '.repeat(10_000)}\r\nSubject: ${'s'.repeat(100_000)}\r\n\r\n`,
    );
    const summary = summarise(scanMessage(bytes));
    assert.ok(
      summary.from.length <= 1000 && summary.subject.length <= 2000 && summary.baseSubject.length <= 2000,
    );
  });
});
