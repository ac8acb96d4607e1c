import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { Flag, type MessageRow } from '../mailbox/types.ts';
import { CrlfNormalizer, LfNormalizer } from './crlf.ts';
import { safeFileName } from './file-names.ts';
import { maildirFlags, maildirSuffix, mboxFlags } from './flags.ts';
import { MboxReader, separatorTime } from './mbox-reader.ts';
import { MboxWriter } from './mbox-writer.ts';

/** Messages of an mbox file that comes in pieces of `size`. */
function read(text: string | Buffer, size = 1_000_000): { offset: number; text: string }[] {
  const data = Buffer.from(text);
  const reader = new MboxReader();
  const messages: { offset: number; text: string }[] = [];
  const take = (
    events: Iterable<ReturnType<MboxReader['push']> extends Generator<infer Event> ? Event : never>,
  ): void => {
    for (const event of events) {
      if (event.kind === 'begin') messages.push({ offset: event.offset, text: '' });
      else {
        const last = messages.at(-1);
        assert.ok(last, 'bytes before a message');
        last.text += Buffer.from(event.bytes).toString('latin1');
      }
    }
  };
  for (let at = 0; at < data.length; at += size) take(reader.push(data.subarray(at, at + size)));
  take(reader.end());
  return messages;
}

const sample = `junk before

From a@x.test Mon Nov 23 10:00:00 2026
Subject: 1

text

From here on it is text: no time in it

>From quoted
>>From twice

From b@x.test Mon Nov 23 10:00:01 2026
Subject: 2

end without line end`;

test('RFC 4155: an mbox file comes apart at its separators, however its bytes arrive', () => {
  const whole = read(sample);
  assert.deepEqual(
    whole.map(message => message.text),
    [
      'Subject: 1\n\ntext\n\nFrom here on it is text: no time in it\n\nFrom quoted\n>From twice\n',
      'Subject: 2\n\nend without line end',
    ],
  );
  assert.equal(sample.slice(whole[1]?.offset).startsWith('From b@x.test'), true);
  for (const size of [1, 2, 3, 7, 64]) assert.deepEqual(read(sample, size), whole);
});

test('lines of any length pass through in pieces; a separator needs a blank line before it', () => {
  const long = 'x'.repeat(300_000);
  const text = `From a@x Mon Nov 23 10:00:00 2026\n${long}\nFrom b@x Mon Nov 23 10:00:00 2026\nz\n`;
  const messages = read(text, 10_000);
  assert.equal(messages.length, 1);
  assert.equal(messages[0]?.text.length, text.indexOf('z\n') + 2 - text.indexOf('xxx'));
});

test('files with nothing in them, no separator or binary bytes give no message and no error', () => {
  assert.deepEqual(read(''), []);
  assert.deepEqual(read('hello\n\nworld\n'), []);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 100 }), (bytes, size) => {
      const text = Buffer.concat([Buffer.from('From a Mon Nov 23 10:00:00 2026\n'), bytes]);
      assert.deepEqual(read(text, size), read(text));
    }),
    { numRuns: 200 },
  );
});

async function written(bodies: readonly string[], size: number): Promise<string> {
  const chunks: Buffer[] = [];
  const writer = new MboxWriter(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    }),
  );
  let length = 0;
  for (const body of bodies) {
    const row = {
      receivedAt: Date.UTC(2026, 10, 23, 10),
      flags: { bits: Flag.Seen, keywords: [] },
    } as unknown as MessageRow;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      const bytes = Buffer.from(body, 'latin1');
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    length += await writer.message(row, pieces());
  }
  await writer.end();
  const text = Buffer.concat(chunks).toString('latin1');
  assert.equal(length, text.length);
  return text;
}

test('what is written as mbox is read back byte for byte, in pieces of any size', async () => {
  const bodies = [
    'Subject: a\r\n\r\nFrom the start\r\n>From again\r\n>>>>From\r\nFro\r\nFrom',
    'Subject: b\r\n\r\n\r\n\r\nFrom x Mon Nov 23 10:00:00 2026\r\n',
    `Subject: c\r\n\r\n${'>'.repeat(70)}From\r\n`,
    'X: y\r\n\r\nlone \r carriage return\r\n',
  ];
  for (const size of [1, 3, 1_000]) {
    const texts = read(await written(bodies, size)).map(message =>
      message.text.replaceAll(/(?<!\r)\n/g, '\r\n'),
    );
    assert.deepEqual(
      texts,
      bodies.map(body => `Status: RO\r\n${body.endsWith('\r\n') ? body : `${body}\r\n`}`),
    );
  }
});

test('bare LF becomes CRLF once, also across pieces', () => {
  const normalize = (text: string, size: number): string => {
    const normalizer = new CrlfNormalizer();
    let out = '';
    for (let at = 0; at < text.length; at += size) {
      out += Buffer.from(normalizer.push(Buffer.from(text.slice(at, at + size)))).toString();
    }
    return out;
  };
  for (const size of [1, 2, 5, 100]) {
    assert.equal(normalize('a\nb\r\nc\rd\n\n\r\n', size), 'a\r\nb\r\nc\rd\r\n\r\n\r\n');
  }
  const back = new LfNormalizer();
  const text = ['a\r', '\nb\rc', '\r']
    .map(part => Buffer.from(back.push(Buffer.from(part))).toString())
    .join('');
  assert.equal(text + Buffer.from(back.end()).toString(), 'a\nb\rc\r');
});

test('flags of Maildir names and of Status fields', () => {
  assert.equal(maildirFlags('1.x.host:2,FS'), Flag.Flagged | Flag.Seen);
  assert.equal(maildirFlags('1.x.host'), 0);
  assert.equal(maildirSuffix(Flag.Seen | Flag.Draft | Flag.Answered), ':2,DRS');
  assert.equal(
    mboxFlags(Buffer.from('Status: RO\r\nX-Status: AF\r\n\r\n')),
    Flag.Seen | Flag.Answered | Flag.Flagged,
  );
});

test('times of separators; what makes no sense is no time', () => {
  assert.equal(separatorTime('From a@x Mon Nov 23 10:00:00 2026'), Date.UTC(2026, 10, 23, 10));
  assert.equal(separatorTime('From a@x Mon Nov  3 10:00 CET 2026'), Date.UTC(2026, 10, 3, 10));
  assert.equal(separatorTime('From a@x Mon Foo 23 10:00:00 2026'), null);
  assert.equal(separatorTime(`From ${'9 '.repeat(100_000)}`), null);
});

test('folder names cannot lead out of the target', () => {
  for (const name of [
    '..',
    '.',
    '../../etc',
    'a/b',
    'a\u0000b',
    'x'.repeat(1_000),
    '',
    '张'.repeat(200),
    'con.',
  ]) {
    const safe = safeFileName(name);
    assert.doesNotMatch(safe, /[/\\\u0000]|^\.|\.$/);
    assert.ok(safe.length > 0 && Buffer.byteLength(safe) <= 200);
  }
});
