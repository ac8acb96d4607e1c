import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';

const zone: FakeZone = {
  'example.test': {
    mx: [
      [20, 'Backup.Example.test'],
      [10, 'mx.example.test'],
    ],
    txt: ['v=spf1 -all'],
  },
  'mx.example.test': { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8::1'] },
  'null.test': { mx: [[0, '.']] },
  'alias.test': { cname: 'example.test' },
  'one.test': { cname: 'two.test' },
  'two.test': { cname: 'one.test' },
  'broken.test': { fails: 'servfail' },
  'silent.test': { fails: 'silence' },
  '1.2.0.192.in-addr.arpa': { ptr: ['mx.example.test'] },
};

test('the resolver tells records, nodata, nxdomain and temporary failure apart (RFC 1035, RFC 2308)', async () => {
  await using dns = await startFakeDns(zone);
  const resolver = createNodeResolver({ servers: [dns.server], timeoutMs: 300, tries: 1 });
  const mx = await resolver.mx('example.test');
  assert.equal(mx.kind, 'records');
  assert.deepEqual(mx.kind === 'records' && mx.records.toSorted((x, y) => x.preference - y.preference), [
    { preference: 10, exchange: 'mx.example.test' },
    { preference: 20, exchange: 'backup.example.test' },
  ]);
  assert.deepEqual(await resolver.aaaa('mx.example.test'), { kind: 'records', records: ['2001:db8::1'] });
  const a = await resolver.a('mx.example.test');
  assert.deepEqual(a.kind === 'records' && a.records.toSorted(), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(await resolver.txt('example.test'), { kind: 'records', records: ['v=spf1 -all'] });
  assert.deepEqual(await resolver.ptr('192.0.2.1'), { kind: 'records', records: ['mx.example.test'] });
  assert.deepEqual(await resolver.cname('alias.test'), { kind: 'records', records: ['example.test'] });
  assert.deepEqual(await resolver.a('example.test'), { kind: 'nodata' });
  assert.deepEqual(await resolver.mx('nobody.test'), { kind: 'nxdomain' });
  assert.equal((await resolver.mx('broken.test')).kind, 'temporary');
  assert.equal((await resolver.mx('silent.test')).kind, 'temporary');
});

test('a null MX is a record with an empty exchange (RFC 7505 §3); a CNAME is followed, a loop of them fails', async () => {
  await using dns = await startFakeDns(zone);
  const resolver = createNodeResolver({ servers: [dns.server], timeoutMs: 300, tries: 1 });
  assert.deepEqual(await resolver.mx('null.test'), {
    kind: 'records',
    records: [{ preference: 0, exchange: '' }],
  });
  assert.equal((await resolver.mx('alias.test')).kind, 'records');
  assert.equal((await resolver.mx('one.test')).kind, 'temporary');
});

test('names that cannot exist do not reach a server', async () => {
  await using dns = await startFakeDns(zone);
  const resolver = createNodeResolver({ servers: [dns.server], timeoutMs: 300, tries: 1 });
  for (const name of ['', '.', 'a..b', `${'x'.repeat(64)}.test`, `${'x.'.repeat(130)}test`]) {
    assert.deepEqual(await resolver.mx(name), { kind: 'nxdomain' }, name);
  }
  assert.deepEqual(await resolver.ptr('not an address'), { kind: 'nxdomain' });
  assert.deepEqual(dns.asked, []);
});
