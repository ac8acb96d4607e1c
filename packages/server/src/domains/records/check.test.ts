import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { createNodeResolver } from '../../platform/dns/node-resolver.ts';
import { checkDomain } from './check.ts';
import { dnsHostOf } from './dns-hosts.ts';
import { mtaStsId, mtaStsPolicy, type RecordPlan, recordTemplates } from './plan.ts';
import { arrivedHosts, type DomainReport, receives, summarise } from './report.ts';
import { valueText, wantedRecords } from './wanted.ts';
import { zoneFile } from './zone-file.ts';

const plan: RecordPlan = {
  template: recordTemplates.basic,
  mailExchangers: ['mx1.hongyan.test', 'mx2.hongyan.test'],
  serviceHost: 'web.hongyan.test',
  backupHost: null,
  spfInclude: 'spf.hongyan.test',
  ports: { imaps: 993, imap: null, submissions: 465, submission: 587, pop3s: 995, sieve: 4190, https: 443 },
  mtaSts: { mode: 'testing', maxAge: 86_400 },
};
const key = {
  selector: 'rsa-20261122',
  record: { name: 'rsa-20261122._domainkey.qinghe.test', text: 'v=DKIM1; k=rsa; p=QUJD' },
};
const wanted = wantedRecords(plan, 'qinghe.test', [key]);

/** A zone in which every wanted record is right. */
function rightZone(): FakeZone {
  const zone: Record<string, Record<string, unknown>> = {};
  for (const record of wanted) {
    const entry = (zone[record.name] ??= {});
    const list = (name: string): unknown[] => (entry[name] ??= []) as unknown[];
    if (record.type === 'MX') list('mx').push([record.preference, record.exchange]);
    else if (record.type === 'TXT') list('txt').push(record.text);
    else if (record.type === 'CNAME') entry['cname'] = record.target;
    else list('srv').push(record);
  }
  zone['web.hongyan.test'] = { a: ['192.0.2.8'] };
  return zone;
}

async function check(zone: FakeZone): Promise<DomainReport> {
  await using dns = await startFakeDns(zone);
  const resolver = createNodeResolver({ servers: [dns.server], timeoutMs: 300, tries: 1 });
  return await checkDomain(resolver, plan, 'qinghe.test', wanted, 1_000);
}

function stateOf(report: DomainReport, id: string): string | undefined {
  return report.records.find(({ record }) => record.id === id)?.state;
}

test('DOM-05, DOM-12: two MX of preference 5, ten minutes, host @; SPF that includes the provider', () => {
  const exchangers = wanted.filter(record => record.type === 'MX');
  assert.deepEqual(
    exchangers.map(record => [record.host, record.preference, record.exchange, record.ttl]),
    [
      ['@', 5, 'mx1.hongyan.test', 600],
      ['@', 5, 'mx2.hongyan.test', 600],
    ],
  );
  const spf = wanted.find(record => record.id === 'spf');
  assert.equal(spf && valueText(spf), 'v=spf1 include:spf.hongyan.test ~all');
});

test('DOM-13, DOM-14: the sets of the editions have their own preferences, TTL, names and targets', () => {
  const pro = wantedRecords({ ...plan, template: recordTemplates.pro }, 'qinghe.test', []);
  assert.deepEqual(
    pro.flatMap(record => (record.type === 'MX' ? [record.preference] : [])),
    [10, 50],
  );
  assert.ok(pro.every(record => record.ttl === 3600));
  const names = pro.flatMap(record =>
    record.type === 'CNAME' && record.group === 'access' ? [record.host] : [],
  );
  assert.deepEqual(names.slice(0, 4), ['webmail', 'imap', 'smtp', 'pop']);
  const spf = pro.find(record => record.id === 'spf');
  assert.equal(spf && valueText(spf), 'v=spf1 include:spf.hongyan.test -all');
  const standard = wantedRecords(
    { ...plan, template: recordTemplates.standard, mailExchangers: ['mx.other.test'] },
    'qinghe.test',
    [],
  );
  assert.equal(standard.find(record => record.id === 'mx-1')?.type, 'MX');
  assert.ok(standard.some(record => record.type === 'MX' && record.exchange === 'mx.other.test'));
});

test('RFC 1035 §5: the zone file has every record, long texts in several strings', () => {
  const long = { selector: 's', record: { name: 's._domainkey.qinghe.test', text: 'p='.padEnd(400, 'A') } };
  const text = zoneFile('qinghe.test', wantedRecords(plan, 'qinghe.test', [long]));
  assert.match(text, /^\$ORIGIN qinghe\.test\.\n/);
  assert.match(text, /^@\t600\tIN\tMX\t5 mx1\.hongyan\.test\.$/m);
  assert.match(text, /^s\._domainkey\t600\tIN\tTXT\t\( "p=A{253}" "A{145}" \)$/m);
  assert.match(text, /^_submissions\._tcp\t600\tIN\tSRV\t0 1 465 web\.hongyan\.test\.$/m);
});

test('DOM-06: before the DNS is set nothing is there; after it everything is right', async () => {
  const before = await check({ 'qinghe.test': { ns: ['dns1.hichina.com'] } });
  assert.equal(stateOf(before, 'mx-1'), 'missing');
  assert.equal(stateOf(before, 'spf'), 'advised');
  assert.equal(receives(before), false);
  assert.equal(before.dnsHost, 'wanwang');
  const after = await check(rightZone());
  assert.deepEqual(
    after.records.filter(({ state }) => state !== 'ok'),
    [],
  );
  assert.equal(receives(after), true);
  assert.deepEqual(summarise(after), { receiving: 'ok', superfluous: 0, trust: 'ok', access: 'ok' });
  assert.ok(arrivedHosts(after).includes('mta-sts.qinghe.test'));
});

test('DOM-05: a leftover foreign MX is superfluous and does not hinder; another preference is wrong yet works', async () => {
  const zone = rightZone();
  const apex = zone['qinghe.test'] ?? {};
  const report = await check({
    ...zone,
    'qinghe.test': {
      ...apex,
      mx: [
        [20, 'mx1.hongyan.test'],
        [5, 'mx2.hongyan.test'],
        [10, 'mx.oldhost.test'],
      ],
    },
  });
  assert.deepEqual(report.superfluous, [{ preference: 10, exchange: 'mx.oldhost.test' }]);
  const first = report.records.find(({ record }) => record.id === 'mx-1');
  assert.deepEqual([first?.state, first?.found], ['wrong', ['20 mx1.hongyan.test']]);
  assert.equal(receives(report), true);
  assert.equal(summarise(report).receiving, 'attention');
});

test('DOM-12, RFC 7208 §4.5, §4.6.2: SPF is right when it names us once, before all, in the only record', async () => {
  const cases: readonly (readonly [string[], string])[] = [
    [['v=spf1 ip4:192.0.2.1 include:spf.hongyan.test -all'], 'ok'],
    [['v=spf1 +include:spf.hongyan.test ?all', 'google-site-verification=x'], 'ok'],
    [['v=spf1 redirect=spf.hongyan.test'], 'ok'],
    [['v=spf1 -all include:spf.hongyan.test'], 'wrong'],
    [['v=spf1 include:spf.hongyan.test.evil -all'], 'wrong'],
    [['v=spf1 include:spf.hongyan.test ~all', 'v=spf1 mx ~all'], 'wrong'],
    [['v=spf10 include:spf.hongyan.test'], 'advised'],
  ];
  for (const [txt, state] of cases) {
    assert.equal(stateOf(await check({ 'qinghe.test': { txt } }), 'spf'), state, txt.join(' | '));
  }
});

test('RFC 6376, RFC 7489, RFC 8461, RFC 8460: other people’s values are told apart from ours', async () => {
  const zone: FakeZone = {
    'qinghe.test': {},
    'rsa-20261122._domainkey.qinghe.test': { txt: ['v=DKIM1; k=rsa; p=WFla'] },
    '_dmarc.qinghe.test': { txt: ['v=DMARC1; p=reject; sp=none'] },
    '_mta-sts.qinghe.test': { txt: ['v=STSv1; id=1;'] },
    '_smtp._tls.qinghe.test': { txt: ['v=TLSRPTv1;rua=mailto:other@example.test'] },
    'mail.qinghe.test': { cname: 'web.other.test' },
    'webmail.qinghe.test': { a: ['192.0.2.8'] },
    'web.hongyan.test': { a: ['192.0.2.8'] },
  };
  const report = await check(zone);
  assert.equal(stateOf(report, 'dkim-rsa-20261122'), 'wrong');
  assert.equal(stateOf(report, 'dmarc'), 'ok');
  assert.equal(stateOf(report, 'mta-sts'), 'wrong');
  assert.equal(stateOf(report, 'tls-rpt'), 'ok');
  assert.equal(stateOf(report, 'host-mail'), 'wrong');
  assert.equal(stateOf(report, 'host-webmail'), 'ok', 'a flattened CNAME');
});

test('DOM-06, DOM-18: no answer is not a missing record; a name that does not exist is told', async () => {
  const silent = await check({ 'qinghe.test': { fails: 'servfail' } });
  assert.equal(stateOf(silent, 'mx-1'), 'unanswered');
  assert.equal(receives(silent), null);
  assert.equal(silent.exists, null);
  assert.equal((await check({})).exists, false);
});

test('DOM-09: the host of a zone is known by its name servers', () => {
  assert.equal(dnsHostOf(['ns7.alidns.com']), 'aliyun');
  assert.equal(dnsHostOf(['f1g1ns1.dnspod.net']), 'tencent');
  assert.equal(dnsHostOf(['kim.ns.cloudflare.com']), 'cloudflare');
  assert.equal(dnsHostOf(['ns01.domaincontrol.com']), 'godaddy');
  assert.equal(dnsHostOf(['ns1.notalidns.com']), 'other');
  assert.equal(dnsHostOf([]), null);
});

test('RFC 8461 §3.2: the policy names all exchangers; another policy has another id', () => {
  assert.equal(
    mtaStsPolicy(plan),
    'version: STSv1\r\nmode: testing\r\nmx: mx1.hongyan.test\r\nmx: mx2.hongyan.test\r\nmax_age: 86400\r\n',
  );
  assert.match(mtaStsId(plan), /^[a-z0-9]{1,32}$/);
  assert.notEqual(mtaStsId(plan), mtaStsId({ ...plan, mtaSts: { mode: 'enforce', maxAge: 86_400 } }));
});

test('RFC 8620 §2.2: _jmap._tcp is among the records, leads to HTTPS of the service host, and is checked', async () => {
  const srv = wanted.find(record => record.id === 'srv-jmap');
  assert.ok(srv?.type === 'SRV');
  assert.deepEqual(
    [srv.name, srv.host, srv.need, srv.priority, srv.port, srv.target],
    ['_jmap._tcp.qinghe.test', '_jmap._tcp', 'optional', 0, 443, 'web.hongyan.test'],
  );
  assert.match(zoneFile('qinghe.test', wanted), /^_jmap\._tcp\t600\tIN\tSRV\t0 1 443 web\.hongyan\.test\.$/m);
  const zone = rightZone();
  assert.equal(stateOf(await check(zone), 'srv-jmap'), 'ok');
  const elsewhere = { ...srv, target: 'old.example' };
  assert.equal(stateOf(await check({ ...zone, [srv.name]: { srv: [elsewhere] } }), 'srv-jmap'), 'wrong');
  const { [srv.name]: _gone, ...without } = zone;
  assert.equal(stateOf(await check(without), 'srv-jmap'), 'advised');
});
