import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { ZipFile } from 'yazl';
import { extractText } from './extract.ts';
import { documentKind } from './kind.ts';
import { defaultExtractLimits, type ExtractLimits } from './limits.ts';

function part(subtype: string, fileName: string | null, more: Partial<StoredPart> = {}): StoredPart {
  return {
    headerStart: 0,
    bodyStart: 0,
    end: 0,
    lines: 0,
    type: 'application',
    subtype,
    charset: null,
    encoding: 'binary',
    disposition: 'attachment',
    fileName,
    contentId: null,
    language: [],
    location: null,
    flowed: false,
    delSp: false,
    children: [],
    message: null,
    ...more,
  };
}

async function zip(entries: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(entries)) file.addBuffer(Buffer.from(content), name);
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A PDF of one page with a line of text, with an empty table of references: readers look for objects themselves. */
function pdf(text: string): Buffer {
  const content = `BT /F1 24 Tf 72 720 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF\n`);
}

async function read(
  of: StoredPart,
  bytes: Uint8Array,
  limits: Partial<ExtractLimits> = {},
): Promise<{ readonly text: string; readonly failed: boolean }> {
  const found = await extractText(of, bytes, { ...defaultExtractLimits, ...limits }, () => performance.now());
  assert.ok(found);
  return { text: found.text, failed: found.error !== null };
}

const docx = part('octet-stream', '合同.DOCX');

test('kinds are told by type, and by name where the type says nothing', () => {
  assert.equal(documentKind(part('pdf', null)), 'pdf');
  assert.equal(documentKind(docx), 'docx');
  assert.equal(documentKind(part('octet-stream', 'mail.eml')), 'message');
  assert.equal(documentKind(part('octet-stream', 'constructor')), null);
  assert.equal(documentKind(part('octet-stream', 'x.constructor')), null);
  assert.equal(documentKind(part('png', 'scan.pdf', { type: 'image' })), null);
  assert.equal(
    documentKind(part('plain', 'a.txt', { type: 'text' })),
    null,
    'text parts are searched anyway',
  );
});

test('REA-12: text of Word, Excel and PowerPoint', async () => {
  const word = await zip({
    '[Content_Types].xml': '<x/>',
    'word/document.xml':
      '<w:document xmlns:w="w"><w:p><w:r><w:t>长江</w:t></w:r><w:r><w:t>大桥 &amp; Co</w:t></w:r></w:p><w:p><w:t>two</w:t></w:p></w:document>',
    'word/styles.xml': '<s><t>style</t></s>',
  });
  assert.deepEqual(await read(docx, word), { text: '长江大桥 & Co\ntwo\n', failed: false });
  const sheet = await zip({
    'xl/workbook.xml': '<workbook><sheets><sheet name="预算"/></sheets></workbook>',
    'xl/sharedStrings.xml': '<sst><si><t>shared</t></si></sst>',
    'xl/worksheets/sheet1.xml':
      '<worksheet><row><c t="s"><v>0</v></c><c><v>4711.5</v></c><c t="inlineStr"><is><t>inline</t></is></c></row></worksheet>',
  });
  const { text } = await read(part('vnd.openxmlformats-officedocument.spreadsheetml.sheet', null), sheet);
  for (const word of ['预算', 'shared', '4711.5', 'inline']) assert.ok(text.includes(word), word);
  assert.ok(!/\b0\b/.test(text), 'numbers of shared strings are no text');
  const slides = await zip({ 'ppt/slides/slide1.xml': '<p:sld><a:p><a:t>标题</a:t></a:p></p:sld>' });
  assert.equal((await read(part('x', 'a.pptx'), slides)).text.trim(), '标题');
});

test('REA-12: text of PDF, of attached messages, of text and HTML', async () => {
  assert.equal((await read(part('pdf', null), pdf('Invoice 4711'))).text.trim(), 'Invoice 4711');
  const eml = Buffer.from(
    'Subject: =?utf-8?B?5ZCI5ZCM?=\r\nContent-Type: text/html\r\n\r\n<p>inner <b>words</b></p>',
  );
  const message = await read(part('octet-stream', 'a.eml'), eml);
  assert.ok(message.text.includes('合同') && message.text.includes('inner words'));
  assert.equal((await read(part('octet-stream', 'a.csv'), Buffer.from('a,b\n1,2'))).text, 'a,b\n1,2');
  assert.equal(
    (await read(part('octet-stream', 'a.html'), Buffer.from('<p>x<script>y</script>'))).text.trim(),
    'x',
  );
});

test('archives that unpack without end, lie about sizes or are broken end the reading', async () => {
  const bomb = await zip({ 'word/document.xml': Buffer.alloc(8 * 1024 * 1024, 0x20) });
  assert.ok(bomb.length < 100_000);
  assert.deepEqual(await read(docx, bomb, { maxEntryBytes: 1024 * 1024 }), { text: '', failed: true });
  const many = await zip(
    Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`word/header${n}.xml`, '<t>a</t>'])),
  );
  assert.equal((await read(docx, many, { maxEntries: 10 })).text.length, 10);
  const good = await zip({ 'word/document.xml': '<t>x</t>' });
  for (let cut = 0; cut < good.length; cut += 7) await read(docx, good.subarray(0, cut));
  for (let at = 0; at < good.length; at += 3) {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    await read(docx, changed);
  }
  assert.equal((await read(docx, deflateRawSync('nothing'))).failed, true);
});

test('hostile XML expands nothing and reaches nothing', async () => {
  const entities = '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><t>&b;</t>';
  const outside = '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><t>&x;</t>';
  for (const xml of [entities, outside, '<t>&undefined;</t>']) {
    const { text, failed } = await read(docx, await zip({ 'word/document.xml': xml }));
    assert.equal(failed, true);
    assert.ok(!text.includes('aaa') && !text.includes('root'));
  }
  const deep = '<w>'.repeat(100_000);
  assert.equal((await read(docx, await zip({ 'word/document.xml': deep }))).failed, true);
});

test('broken PDF files are failures, not crashes; text and time are bounded', async () => {
  const good = pdf('Invoice 4711');
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('%PDF-1.7\n'),
    good.subarray(0, 60),
    Buffer.alloc(5_000, 0x41),
  ]) {
    const { text } = await read(part('pdf', null), bytes);
    assert.equal(text, '');
  }
  assert.equal((await read(part('pdf', null), good, { maxText: 3 })).text, 'Inv');
  assert.equal((await read(part('pdf', null), good, { maxMs: -1 })).text, '');
});
