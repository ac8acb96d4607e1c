import assert from 'node:assert/strict';
import type { FuzzTarget } from '../../fuzz.ts';
import { HeaderBlock } from '../../message/headers.ts';
import { BodyStart } from './body-start.ts';
import { BodyCanonicalizer, type Canonicalization } from './canonical-body.ts';
import { canonicalField } from './canonical-header.ts';
import { keyRecordText, parseKeyRecord } from './key-record.ts';
import { parseSignature, signedField, signingInput, unsignedField } from './signature.ts';
import { fieldsToSign } from './signed-fields.ts';

function canonicalBody(form: Canonicalization, pieces: readonly Uint8Array[]): Buffer {
  const out: Buffer[] = [];
  const canonicalizer = new BodyCanonicalizer(form, piece => void out.push(Buffer.from(piece)));
  for (const piece of pieces) canonicalizer.push(piece);
  canonicalizer.end();
  return Buffer.concat(out);
}

export const target: FuzzTarget = {
  name: 'dkim',
  seeds: () => [
    Buffer.from('From: a@b.test\r\nSubject:\r\n x \t\r\n\r\nbody  text \r\n\r\n\r\n'),
    Buffer.from('v=1; a=rsa-sha256; c=relaxed/simple; d=a.test; s=one; h=from:to; bh=QUJD; b=QU JD'),
    Buffer.from('v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='),
  ],
  dictionary: [
    '\r\n',
    '\r',
    '\n',
    ' ',
    '\t',
    ';',
    '=',
    ':',
    'v=1',
    'a=',
    'b=',
    'h=from',
    'p=',
    'From:',
    '\0',
  ],
  run(input) {
    const bytes = Buffer.from(input);
    const start = new BodyStart();
    const half = bytes.length >> 1;
    const halves = [bytes.subarray(0, half), bytes.subarray(half)];
    const body = Buffer.concat(halves.map(piece => start.push(piece)));
    assert.equal(body.length, bytes.length - (start.offset ?? bytes.length));
    for (const form of ['simple', 'relaxed'] as const) {
      const canonical = canonicalBody(form, [bytes]);
      assert.deepEqual(canonicalBody(form, halves), canonical);
      assert.deepEqual(canonicalBody(form, [canonical]), canonical);
    }
    const block = new HeaderBlock(bytes);
    const names = fieldsToSign(block);
    if (names !== null) signingInput(block, names, 'DKIM-Signature: b=', 'relaxed');
    for (const field of block.fields) assert.ok(canonicalField(block, field, 'relaxed').includes(':'));
    const text = bytes.toString('latin1');
    const record = parseKeyRecord(text);
    if (record) assert.deepEqual(parseKeyRecord(keyRecordText(record)), record);
    const parsed = parseSignature(text);
    if (parsed) {
      const again = signedField(unsignedField(parsed), parsed.signature);
      assert.deepEqual(parseSignature(again.slice(again.indexOf(':') + 1)), parsed);
    }
  },
};
