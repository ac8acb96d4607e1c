import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeaderBlock } from '../../message/headers.ts';
import { BodyCanonicalizer } from './canonical-body.ts';
import { keyRecordName, keyRecordText, parseKeyRecord, txtStrings } from './key-record.ts';
import { parseSignature, type SignatureTags, signedField, signingInput, unsignedField } from './signature.ts';
import { fieldsToSign } from './signed-fields.ts';
import { parseTagList } from './tag-list.ts';

/** RFC 8463 Appendix A.2 and A.3. */
const records: Record<string, string> = {
  brisbane: 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  test:
    'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR' +
    'iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC' +
    'DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3' +
    'Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
};
const fields = [
  'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
  ' subject : date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus',
  ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=test; t=1528637909; h=from : to : subject :',
  ' date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3',
  ' DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz',
  ' dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=',
  'From: Joe SixPack <joe@football.example.com>',
  'To: Suzie Q <suzie@shopping.example.net>',
  'Subject: Is dinner ready?',
  'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
  'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
  '',
].join('\r\n');
const text = 'Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n\r\n';

function bodyHash(body: string): string {
  const hash = createHash('sha256');
  const canonicalizer = new BodyCanonicalizer('relaxed', piece => void hash.update(piece));
  canonicalizer.push(Buffer.from(body));
  canonicalizer.end();
  return hash.digest('base64');
}

function publicKey(record: string): KeyObject {
  const parsed = parseKeyRecord(record);
  assert.ok(parsed);
  const raw = Buffer.from(parsed.key, 'base64');
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  const key = parsed.type === 'rsa' ? raw : Buffer.concat([prefix, raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function holds(block: HeaderBlock, raw: string, key: KeyObject): boolean {
  const signature = parseSignature(raw.slice(raw.indexOf(':') + 1));
  assert.ok(signature);
  const unsigned = raw.slice(0, raw.lastIndexOf('b=') + 2);
  const input = signingInput(block, signature.fields, unsigned, signature.header);
  const value = Buffer.from(signature.signature, 'base64');
  return signature.algorithm === 'rsa-sha256'
    ? verify('sha256', input, key, value)
    : verify(null, createHash('sha256').update(input).digest(), key, value);
}

test('RFC 8463 Appendix A: both signatures of the example hold, and not when a field changes', () => {
  assert.equal(bodyHash(text), '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=');
  for (const [changed, expected] of [
    [fields, true],
    [fields.replace('dinner', 'lunch'), false],
    [fields.replace('Subject:', 'SUBJECT: \t'), true],
  ] as const) {
    const block = new HeaderBlock(Buffer.from(changed));
    for (const field of block.fields.slice(0, 2)) {
      const raw = changed.slice(field.start, field.end - 2);
      const selector = parseSignature(raw.slice(15))?.selector ?? '';
      assert.equal(holds(block, raw, publicKey(records[selector] ?? '')), expected, selector);
    }
  }
});

test('RFC 8463 Appendix A: the example signed with its Ed25519 key gives the signature of the example', () => {
  const seed = Buffer.from('nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', 'base64');
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const block = new HeaderBlock(Buffer.from(fields));
  const raw = fields.slice(0, (block.fields[0]?.end ?? 0) - 2);
  const names = parseSignature(raw.slice(15))?.fields ?? [];
  const input = signingInput(block, names, raw.slice(0, raw.lastIndexOf('b=') + 2), 'relaxed');
  assert.equal(
    sign(null, createHash('sha256').update(input).digest(), key).toString('base64'),
    '/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  );
});

const tags: SignatureTags = {
  algorithm: 'rsa-sha256',
  domain: 'hongyan.test',
  selector: 'one',
  fields: Array.from({ length: 40 }, (_, index) => `list-subscribe-${index}`).concat('from'),
  bodyHash: '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=',
  header: 'relaxed',
  body: 'simple',
  signedAt: 1_767_225_600,
};

test('RFC 6376 §3.5: a field that we write is read back, and no line is long', () => {
  const signature = 'QUJD'.repeat(86);
  const field = signedField(unsignedField(tags), signature);
  assert.deepEqual(parseSignature(field.slice(field.indexOf(':') + 1)), { ...tags, signature });
  assert.ok(field.endsWith('\r\n'));
  for (const line of field.split('\r\n')) assert.ok(line.length <= 78, line);
});

test('RFC 6376 §5.4.2: of several fields the last is signed first, and one that is not there is nothing', () => {
  const block = new HeaderBlock(Buffer.from('Received: A\r\nFrom: x\r\nReceived: B\r\nReceived: C\r\n\r\n'));
  const input = signingInput(
    block,
    ['received', 'Received', 'subject', 'from'],
    'DKIM-Signature: b=',
    'relaxed',
  );
  assert.equal(input.toString(), 'received:C\r\nreceived:B\r\nfrom:x\r\ndkim-signature:b=');
});

test('RFC 6376 §5.4: what is read by people cannot be added to; trace fields are not signed', () => {
  const header = 'Received: A\r\nFrom: x\r\nList-Id: y\r\nDKIM-Signature: z\r\nReturn-Path: q\r\n';
  const names = fieldsToSign(new HeaderBlock(Buffer.from(header))) ?? [];
  const count = (name: string): number => names.filter(other => other === name).length;
  assert.deepEqual([count('from'), count('subject'), count('list-id')], [2, 1, 1]);
  assert.deepEqual([count('received'), count('dkim-signature'), count('return-path')], [0, 0, 0]);
  assert.equal(fieldsToSign(new HeaderBlock(Buffer.from('Cc: x\r\n'.repeat(101)))), null);
});

test('RFC 6376 §3.6.1, RFC 8463 §4.2: key records', () => {
  const record = { type: 'ed25519', key: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' } as const;
  assert.equal(keyRecordText(record), records['brisbane']);
  assert.deepEqual(parseKeyRecord(keyRecordText(record)), record);
  assert.deepEqual(parseKeyRecord('p='), { type: 'rsa', key: '' });
  assert.deepEqual(parseKeyRecord(' k = rsa ; p = QU JD ; '), { type: 'rsa', key: 'QUJD' });
  for (const bad of ['', 'v=DKIM2; p=QUJD', 'k=rsa', 'k=dsa; p=QUJD', 'p=!', 'p=QUJD; p=QUJD', 'p'])
    assert.equal(parseKeyRecord(bad), null, bad);
  assert.equal(keyRecordName('one', 'hongyan.test'), 'one._domainkey.hongyan.test');
  assert.deepEqual(
    txtStrings('x'.repeat(300)).map(string => string.length),
    [255, 45],
  );
});

test('RFC 6376 §6.1.1: signatures that say nothing usable', () => {
  const good = 'v=1; a=rsa-sha256; d=a.test; s=one; h=from; bh=QUJD; b=QUJD';
  assert.equal(parseSignature(good)?.header, 'simple');
  for (const bad of [
    good.replace('v=1', 'v=2'),
    good.replace('a=rsa-sha256', 'a=rsa-sha1'),
    good.replace('h=from', 'h=to'),
    good.replace('d=a.test', 'd='),
    `${good}; c=other`,
    `${good}; c=relaxed/relaxed/relaxed`,
    `${good}; t=now`,
    `${good}; v=1`,
    `${good}; n=${'x'.repeat(20_000)}`,
  ]) {
    assert.equal(parseSignature(bad), null, bad.slice(0, 80));
  }
});

test('RFC 6376 §3.2: any text is a tag list or none', () => {
  const parts = fc.array(fc.constantFrom('a', '=', ';', ' ', '\r\n\t', 'v=1', 'é', '\0'), { maxLength: 30 });
  fc.assert(
    fc.property(parts, words => {
      const list = parseTagList(words.join(''));
      for (const value of list?.values() ?? []) assert.equal(value, value.trim());
    }),
  );
});
