import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { openRestHouse } from '@hongyan/testkit/rest-house.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { listOperations } from '../domains-fixture/operations.ts';

interface RecordAnswer {
  readonly id: string;
  readonly state: string | null;
  readonly value: string;
}

test('DOM-08, DOM-05, DOM-06, DOM-09: a domain is added, its records are read, its DNS is checked, over the API', async () => {
  await using dns = await startFakeDns({
    'qinghe.test': { ns: ['ns1.alidns.com'], mx: [[10, 'mx.old.test']] },
  });
  await using plain = await openRestHouse();
  const resolver = createNodeResolver({ servers: [dns.server], timeoutMs: 1_000, tries: 1 });
  Reflect.set(plain.rest.domains, 'resolver', resolver);
  const owner = await plain.as(plain.web.alice);
  const added = await owner('POST', '/domains', { body: { name: 'QingHe.test' } });
  assert.equal(added.status, 201, added.text);
  assert.equal(added.headers.get('location'), '/api/v1/domains/qinghe.test');
  assert.equal((await owner('POST', '/domains', { body: { name: 'qinghe.test' } })).status, 409);
  assert.equal((await owner('POST', '/domains', { body: { name: 'no domain' } })).status, 422);

  const checked = await owner('POST', '/domains/qinghe.test/check');
  assert.deepEqual(
    [checked.json<{ state: string }>().state, checked.json<{ dnsHost: string }>().dnsHost],
    ['pending', 'aliyun'],
  );
  const records = (await owner('GET', '/domains/qinghe.test/records')).json<{
    records: RecordAnswer[];
    superfluous: unknown[];
  }>();
  assert.equal(records.records.find(({ id }) => id === 'mx-1')?.state, 'missing');
  assert.deepEqual(records.superfluous, [{ preference: 10, exchange: 'mx.old.test' }]);
  const steps = await owner('GET', '/domains/qinghe.test/steps', { headers: { 'accept-language': 'zh-CN' } });
  assert.match(steps.text, /阿里云/);
  assert.match(steps.text, /10 mx\.old\.test/);
  const zone = await owner('GET', '/domains/qinghe.test/zone-file');
  assert.match(zone.text, /^@\t600\tIN\tMX\t5 mx\.provider\.test\.$/m);

  dns.zone['qinghe.test'] = { mx: [[5, 'mx.provider.test']] };
  plain.web.clock.advance(5_000);
  const active = await owner('POST', '/domains/qinghe.test/check');
  assert.equal(active.json<{ state: string }>().state, 'active');
  const lookup = await owner('POST', '/domains/lookup', { body: { domain: 'qinghe.test' } });
  const found = lookup.json<{ exists: boolean; records: RecordAnswer[] }>();
  assert.equal(found.exists, true);
  assert.equal(found.records.find(({ id }) => id === 'mx-1')?.state, 'ok');
  assert.equal((await owner('DELETE', '/domains/qinghe.test')).status, 204);
  assert.equal((await owner('GET', '/domains/qinghe.test')).status, 404);
  const acts = await listOperations(plain.web.database.look('provider'), plain.web.alice.tenantId);
  for (const act of ['domain.added', 'domain.activated', 'domain.removed'])
    assert.ok(acts.includes(act), act);
});

test('DOM-07, DOM-10, SEC-11: gate, claims, keys and certificates over the API', async () => {
  await using house = await openRestHouse();
  const owner = await house.as(house.web.alice);
  assert.equal((await owner('PUT', '/domain-options', { body: { membersWaitForMx: true } })).status, 200);
  assert.equal((await owner('GET', '/domain-options')).json()['membersWaitForMx'], true);
  assert.equal((await owner('POST', '/domain-claims', { body: { domain: 'nobody.test' } })).status, 404);
  const keys = await owner('GET', '/domains/hongyan.test/signing-keys');
  assert.equal(keys.json<{ items: unknown[] }>().items.length, 2);
  const rotated = await owner('POST', '/domains/hongyan.test/rotate-keys', { body: { now: true } });
  assert.equal(rotated.json<{ items: unknown[] }>().items.length, 4, rotated.text);

  const now = house.web.clock.now();
  const pair = await makeSelfSigned({ names: ['mail.hongyan.test'], now });
  const strange = await makeSelfSigned({ names: ['mail.elsewhere.test'], now });
  const refused = await owner('POST', '/certificates', { body: { chain: pair.cert, key: strange.key } });
  assert.deepEqual([refused.status, refused.json()['code']], [422, 'certificate.key_mismatch']);
  const foreign = await owner('POST', '/certificates', { body: { chain: strange.cert, key: strange.key } });
  assert.deepEqual([foreign.status, foreign.json()['code']], [422, 'certificate.names']);
  const added = await owner('POST', '/certificates', {
    body: { chain: pair.cert, key: pair.key, host: 'mail.hongyan.test' },
  });
  assert.equal(added.status, 201, added.text);
  assert.doesNotMatch(added.text, /PRIVATE/);
  const { id } = added.json<{ id: number }>();
  assert.equal((await owner('GET', '/certificates')).json<{ items: unknown[] }>().items.length, 1);
  assert.equal((await owner('DELETE', `/certificates/${id}`)).status, 204);
  assert.equal((await owner('DELETE', `/certificates/${id}`)).status, 404);
});
