import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Scanner } from '../scanner.ts';
import { ImapSyntaxError } from '../syntax-error.ts';
import { parseResponse } from './response.ts';
import { ImapWriter } from './writer.ts';

test('strings go quoted where possible, else as literals (RFC 9051 §4.3)', () => {
  const written = (octets: Uint8Array, utf8: boolean): string =>
    new ImapWriter(utf8).string(octets).take().toString('latin1');
  assert.equal(written(Buffer.from('a"b\\c'), false), String.raw`"a\"b\\c"`);
  assert.equal(written(Buffer.from('a\r\nb'), false), '{4}\r\na\r\nb');
  assert.equal(written(Buffer.from('é'), false), '{2}\r\n\xc3\xa9');
  assert.equal(written(Buffer.from('é'), true), '"\xc3\xa9"');
  assert.equal(written(Buffer.from([0xff]), true), '{1}\r\n\xff');
  assert.equal(written(Buffer.from('a\0b\r'), true), '{4}\r\na?b\r');
  assert.equal(new ImapWriter().nstring(null).take().toString(), 'NIL');
  assert.equal(new ImapWriter().astring(Buffer.from('nil')).take().toString(), '"nil"');
  assert.equal(new ImapWriter().astring(Buffer.from('INBOX')).take().toString(), 'INBOX');
});

test('property: what the writer writes, the scanner reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (octets, utf8) => {
      const clean = octets.map(octet => (octet === 0 ? 1 : octet));
      const written = new ImapWriter(utf8).string(clean).take();
      assert.deepEqual(new Uint8Array(new Scanner(written).string()), clean);
    }),
  );
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), value => {
      assert.equal(new ImapWriter().number(value).take().toString(), String(value));
    }),
  );
  for (const value of [0, 9, 10, 99, 100, 4294967295, 4294967296]) {
    assert.equal(new ImapWriter().number(value).take().toString(), String(value));
  }
});

test('responses as a client reads them (RFC 9051 §7)', () => {
  assert.deepEqual(parseResponse(Buffer.from('a1 OK [APPENDUID 38505 3955] done')), {
    kind: 'status',
    tag: 'a1',
    status: 'OK',
    code: { name: 'APPENDUID', text: '38505 3955' },
    text: 'done',
  });
  assert.deepEqual(parseResponse(Buffer.from('* 23 EXISTS')), {
    kind: 'data',
    name: 'EXISTS',
    number: 23,
    values: [],
  });
  assert.deepEqual(parseResponse(Buffer.from('+ go on')), { kind: 'continuation', text: 'go on' });
  const fetch = parseResponse(
    Buffer.from('* 2 FETCH (UID 7 BODY[HEADER.FIELDS (SUBJECT "A B")]<0> {3}\r\n) ( FLAGS (\\Seen))'),
  );
  assert.ok(fetch.kind === 'data' && fetch.values[0]?.type === 'list');
  assert.deepEqual(
    fetch.values[0].items.map(item =>
      item.type === 'atom' ? item.text : item.type === 'string' ? item.octets.toString() : item.items.length,
    ),
    ['UID', '7', 'BODY[HEADER.FIELDS (SUBJECT "A B")]<0>', ') (', 'FLAGS', 1],
  );
  for (const text of [
    '',
    '*',
    '* 1',
    'a1 WHAT',
    '* LIST (',
    '* X "a',
    '* X {9}\r\na',
    `* X ${'('.repeat(5000)}`,
  ]) {
    assert.throws(() => parseResponse(Buffer.from(text)), ImapSyntaxError, text);
  }
});
