import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxMessageBytes } from '../store/sql/channel-port.ts';
import { type BusNews, decodeNews, encodeNews } from './bus-message.ts';

const nothing: BusNews = { notices: [], work: [], failures: [] };

test('news comes out as it went in, in messages that each fit into a notification', () => {
  const news: BusNews = {
    notices: Array.from({ length: 2_000 }, (_, i) => [i, Number.MAX_SAFE_INTEGER - i] as const),
    work: ['queue', 'jobs'],
    failures: Array.from({ length: 100 }, (_, i) => [`2001:db8::${i}`, `王芳${i}@例子.test`] as const),
  };
  const messages = encodeNews('mail-1~abc', news);
  assert.ok(messages.length > 5);
  for (const message of messages)
    assert.ok(Buffer.byteLength(message) <= maxMessageBytes, message.slice(0, 80));
  const read = messages.map(message => decodeNews(message));
  assert.deepEqual(new Set(read.map(message => message?.from)), new Set(['mail-1~abc']));
  assert.deepEqual(
    read.flatMap(message => message?.notices ?? []),
    news.notices,
  );
  assert.deepEqual(
    read.flatMap(message => message?.work ?? []),
    news.work,
  );
  assert.deepEqual(
    read.flatMap(message => message?.failures ?? []),
    news.failures,
  );
});

test('nothing to tell is no message, and a name longer than any address is left out', () => {
  assert.deepEqual(encodeNews('a', nothing), []);
  assert.deepEqual(encodeNews('a', { ...nothing, failures: [['192.0.2.1', 'x'.repeat(9_000)]] }), []);
});

test('what is no message, or of a release to come, harms nobody', () => {
  for (const text of ['', 'null', '7', '[]', '{', '{"n":[[1,2]]}', '{"f":7}', '"f"'])
    assert.equal(decodeNews(text), null, text);
  const odd =
    '{"f":"a","n":[[1,2],[3],"x",[-1,4],[5,1e300],[6,"7"],null],"w":["queue","tea",4],"x":[["a"],[1,2],["b","c"]],"z":1}';
  assert.deepEqual(decodeNews(odd), {
    from: 'a',
    notices: [[1, 2]],
    work: ['queue'],
    failures: [['b', 'c']],
  });
  assert.deepEqual(decodeNews('{"f":"a","n":{},"w":"queue","x":3}'), { from: 'a', ...nothing });
});
