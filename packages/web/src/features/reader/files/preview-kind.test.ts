import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageType, isPdf, previewKind, readText } from './preview-kind.ts';

test('what could run is never previewed as what it is', () => {
  for (const [type, name] of [
    ['image/svg+xml', 'a.svg'],
    ['text/html', 'a.html'],
    ['application/xhtml+xml', 'a.xhtml'],
    ['application/octet-stream', 'a.svg'],
    ['application/octet-stream', 'a.html'],
    ['application/octet-stream', null],
    ['application/x-msdownload', 'a.png'],
  ] as const)
    assert.equal(previewKind(type, name), null, `${type} ${name}`);
});

test('pictures, text and PDF are, also under a label that says nothing', () => {
  assert.equal(previewKind('IMAGE/PNG', null), 'image');
  assert.equal(previewKind('application/octet-stream', '照片.JPG'), 'image');
  assert.equal(imageType('application/octet-stream', '照片.JPG'), 'image/jpeg');
  assert.equal(previewKind('text/csv', null), 'text');
  assert.equal(previewKind('application/pdf', null), 'pdf');
});

test('text is read as UTF-8, UTF-16 or GB 18030', () => {
  assert.equal(readText(new TextEncoder().encode('报价')), '报价');
  assert.equal(readText(Uint8Array.of(0xb1, 0xa8, 0xbc, 0xdb)), '报价');
  assert.equal(readText(Uint8Array.of(0xff, 0xfe, 0xa5, 0x62)), '报');
});

test('a PDF is known by its mark, not by its label', () => {
  assert.ok(isPdf(new TextEncoder().encode('\n%PDF-1.7')));
  assert.ok(!isPdf(new TextEncoder().encode('<script>alert(1)</script>')));
});
