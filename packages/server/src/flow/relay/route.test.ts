import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../platform/clock.ts';
import type { DnsAnswer, MxRecord, Resolver } from '../../platform/dns/resolver.ts';
import { silentLog } from '../../platform/log.ts';
import { defaultRelayLimits, type RelayContext } from './options.ts';
import { asciiDomain, destinationOf, findRoute } from './route.ts';
import { opportunisticTls } from './tls-plan.ts';

interface Name {
  readonly mx?: readonly MxRecord[];
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly cname?: string;
}

/** A resolver as an authoritative server answers: it follows nothing. */
function authoritative(zone: Record<string, Name>): Resolver {
  const answer = <Record>(name: string, records: readonly Record[] | undefined): DnsAnswer<Record> => {
    if (!Object.hasOwn(zone, name)) return { kind: 'nxdomain' };
    return records && records.length > 0 ? { kind: 'records', records } : { kind: 'nodata' };
  };
  return {
    mx: async name => answer(name, zone[name]?.mx),
    a: async name => answer(name, zone[name]?.a),
    aaaa: async name => answer(name, zone[name]?.aaaa),
    txt: async name => answer<string>(name, []),
    ptr: async name => answer<string>(name, []),
    cname: async name => answer(name, zone[name]?.cname === undefined ? [] : [zone[name].cname]),
  };
}

function context(zone: Record<string, Name>, more: Partial<RelayContext> = {}): RelayContext {
  return {
    resolver: authoritative(zone),
    clock: new FakeClock(),
    log: silentLog,
    hostname: 'mail.hongyan.test',
    ownNames: [],
    ownAddresses: [],
    port: 25,
    allowPrivateTargets: false,
    families: 'both',
    source: { ipv4: null, ipv6: null },
    routes: {},
    smartHost: null,
    planTls: opportunisticTls,
    trustedCa: null,
    limits: defaultRelayLimits,
    ...more,
  };
}

async function addresses(given: RelayContext, domain: string): Promise<string[] | string> {
  const route = await findRoute(given, domain);
  return route.kind === 'targets'
    ? route.targets.map(target => target.address)
    : route.setback.diagnostic.status;
}

test('hosts stand in the order of their preference, IPv6 and IPv4 in turns, those of equal preference by chance (RFC 5321 §5.1)', async () => {
  const zone = {
    'd.test': {
      mx: [
        { preference: 30, exchange: 'c.test' },
        { preference: 10, exchange: 'a.test' },
        { preference: 20, exchange: 'b1.test' },
        { preference: 20, exchange: 'b2.test' },
      ],
    },
    'a.test': { a: ['8.0.0.1'], aaaa: ['2600::1'] },
    'b1.test': { a: ['8.0.0.2'] },
    'b2.test': { a: ['8.0.0.3'] },
    'c.test': { a: ['8.0.0.4'] },
  };
  const seen = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    const found = await addresses(context(zone), 'D.test.');
    assert.ok(Array.isArray(found));
    assert.deepEqual(found.slice(0, 2), ['2600::1', '8.0.0.1']);
    assert.equal(found.at(-1), '8.0.0.4');
    seen.add(found.slice(2, 4).join());
  }
  assert.deepEqual([...seen].toSorted(), ['8.0.0.2,8.0.0.3', '8.0.0.3,8.0.0.2']);
  const four = context(zone, { families: 'ipv4', limits: { ...defaultRelayLimits, maxAddresses: 2 } });
  assert.equal((await addresses(four, 'd.test')).length, 2);
  assert.equal((await addresses(four, 'd.test'))[0], '8.0.0.1');
});

test('a CNAME is followed and a loop of them ends (RFC 5321 §5.1)', async () => {
  const zone: Record<string, Name> = {
    'alias.test': { cname: 'alias2.test' },
    'alias2.test': { cname: 'real.test' },
    'real.test': { mx: [{ preference: 0, exchange: 'mx.test' }] },
    'mx.test': { a: ['8.0.0.1'] },
    'one.test': { cname: 'two.test' },
    'two.test': { cname: 'one.test' },
  };
  for (let link = 0; link < 50; link += 1) zone[`long${link}.test`] = { cname: `long${link + 1}.test` };
  assert.deepEqual(await addresses(context(zone), 'alias.test'), ['8.0.0.1']);
  assert.equal(await addresses(context(zone), 'one.test'), '5.4.4');
  assert.equal(await addresses(context(zone), 'long0.test'), '5.4.4');
});

test('address records of a domain do not count where it has MX records (RFC 5321 §5.1)', async () => {
  const zone = {
    'd.test': { mx: [{ preference: 0, exchange: 'gone.test' }], a: ['8.0.0.1'] },
    'bare.test': { a: ['8.0.0.2'] },
  };
  assert.equal(await addresses(context(zone), 'd.test'), '5.4.4');
  assert.deepEqual(await addresses(context(zone), 'bare.test'), ['8.0.0.2']);
});

test('private addresses are left out beside public ones; literals are taken as they are (RFC 5321 §4.1.3)', async () => {
  const zone = { 'd.test': { a: ['10.0.0.1', '8.0.0.1', '127.0.0.1'] } };
  assert.deepEqual(await addresses(context(zone), 'd.test'), ['8.0.0.1']);
  assert.deepEqual(await addresses(context({}), '[8.0.0.9]'), ['8.0.0.9']);
  assert.equal(await addresses(context({}), '[10.0.0.9]'), '5.4.4');
  for (const domain of ['', '[', '[x]', 'a..b', '1.2']) {
    assert.match(String(await addresses(context({}), domain)), /^5\.1\.2$/, domain);
  }
});

test('domains behind one next hop share its key, whatever the case and script of their names', () => {
  const smart = context({}, { smartHost: { host: 'hub.test', port: 25, tls: 'required' } });
  assert.equal(destinationOf(smart, 'a.test'), destinationOf(smart, 'b.test'));
  const direct = context({});
  assert.equal(destinationOf(direct, '例子.Test'), destinationOf(direct, 'xn--fsqu00a.test'));
  assert.notEqual(destinationOf(direct, 'a.test'), destinationOf(direct, 'b.test'));
  assert.equal(asciiDomain('1.2'), '1.2');
  assert.equal(
    destinationOf(context({}), 'constructor'),
    'mx:constructor',
    'a name of Object is just a name',
  );
});
