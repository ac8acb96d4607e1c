import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWebHouse } from '@hongyan/testkit/web-house.ts';
import { createDkimKeys } from '../../src/directory/dkim.ts';
import { type DomainsContext, defaultDomainPolicy } from '../../src/domains/context.ts';
import { defaultLookSchedule } from '../../src/domains/watch/transition.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';
import { silentLog } from '../../src/platform/log.ts';
import { masterKey } from '../../src/platform/secrets/master-key.ts';
import { autoconfigModule } from '../../src/protocols/web/autoconfig/module.ts';
import { startPlainHttp } from '../../src/protocols/web/plain-http/server.ts';
import { wellKnownModule } from '../../src/protocols/web/well-known/module.ts';
import { putChallenge } from '../../src/store/system/domains/certificate-rows.ts';
import { plan } from '../domains-fixture/house.ts';

interface Scene extends AsyncDisposable {
  readonly origin: string;
  readonly domains: DomainsContext;
}

async function openScene(): Promise<Scene> {
  const house = await openWebHouse();
  const { database, clock } = house;
  await house.directory.addDomain(house.tenant, '中文邮箱.test');
  const domains: DomainsContext = {
    directory: house.directoryContext,
    dkim: createDkimKeys({ database, clock, log: silentLog, master: masterKey(Buffer.alloc(32, 7)) }),
    resolver: createNodeResolver({ servers: ['127.0.0.1:9'], timeoutMs: 100, tries: 1 }),
    clock,
    log: silentLog,
    policy: defaultDomainPolicy,
    schedule: defaultLookSchedule,
    registrar: null,
    trialSuffix: null,
    serviceHost: async () => plan.serviceHost,
    ownHosts: async () => [plan.serviceHost],
    plan: async () => plan,
    endsWithDeadMx: async () => false,
    notify: async () => undefined,
    sendTest: async () => ({ queueId: 'test' }),
  };
  const origin = await house.serve([
    services => wellKnownModule(services, domains),
    services => autoconfigModule(services, domains),
  ]);
  return { origin, domains, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

/** A request with a Host header of its own, which `fetch` would not send. */
async function ask(
  origin: string,
  path: string,
  options: { readonly host?: string; readonly body?: string; readonly type?: string } = {},
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  const { request } = await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    type: string;
    text: string;
  }>();
  const sent = request(
    `${origin}${path}`,
    {
      method: options.body === undefined ? 'GET' : 'POST',
      headers: {
        host: options.host ?? 'autoconfig.hongyan.test',
        ...(options.body !== undefined && { 'content-type': options.type ?? 'text/xml' }),
      },
    },
    response => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text,
        }),
      );
    },
  );
  sent.on('error', reject);
  sent.end(options.body);
  return promise;
}

const outlook = (address: string): string =>
  `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>x</AcceptableResponseSchema></Request></Autodiscover>`;

test('MBX-10: Thunderbird finds its settings by address or host, the same for every address of a domain', async () => {
  await using scene = await openScene();
  const path = '/mail/config-v1.1.xml';
  const alice = await ask(scene.origin, `${path}?emailaddress=alice@hongyan.test`);
  assert.equal(alice.status, 200);
  assert.match(alice.type, /^text\/xml/);
  assert.match(
    alice.text,
    /<incomingServer type="imap">\s*<hostname>web\.hongyan\.test<\/hostname>\s*<port>993</,
  );
  assert.match(
    alice.text,
    /<outgoingServer type="smtp">\s*<hostname>web\.hongyan\.test<\/hostname>\s*<port>465</,
  );
  const nobody = await ask(scene.origin, `${path}?emailaddress=nobody@hongyan.test`);
  const byHost = await ask(scene.origin, `/.well-known/autoconfig${path}`, { host: 'HONGYAN.test:443' });
  assert.equal(nobody.text, alice.text);
  assert.equal(byHost.text, alice.text);
  const chinese = await ask(scene.origin, `${path}?emailaddress=${encodeURIComponent('李@中文邮箱.test')}`);
  assert.match(chinese.text, /<displayName>中文邮箱\.test</);
  for (const [query, host] of [
    ['?emailaddress=a@elsewhere.test', 'hongyan.test'],
    ['', 'elsewhere.test'],
    ['?emailaddress=', 'hongyan.test'],
    [`?emailaddress=${'a'.repeat(5_000)}`, 'elsewhere.test'],
    ['', '[::1]:80'],
  ] as const) {
    assert.equal((await ask(scene.origin, path + query, { host })).status, 404, query.slice(0, 40) + host);
  }
});

test('MBX-10: Outlook finds its settings whatever the case of the path; JSON leads to them', async () => {
  await using scene = await openScene();
  for (const path of [
    '/autodiscover/autodiscover.xml',
    '/Autodiscover/Autodiscover.xml',
    '/AUTODISCOVER/autoDiscover.XML',
  ]) {
    const { status, text } = await ask(scene.origin, path, { body: outlook('li&amp;wang@hongyan.test') });
    assert.equal(status, 200);
    assert.match(text, /<Type>IMAP<\/Type>\s*<Server>web\.hongyan\.test<\/Server>\s*<Port>993</);
    assert.match(text, /<LoginName>li&amp;wang@hongyan\.test<\/LoginName>/);
  }
  const outside = await ask(scene.origin, '/autodiscover/autodiscover.xml', {
    body: outlook('a@elsewhere.test'),
  });
  assert.match(outside.text, /<ErrorCode>500</);
  const json = '/autodiscover/autodiscover.json';
  assert.deepEqual(
    JSON.parse((await ask(scene.origin, `${json}?Email=x@hongyan.test&Protocol=AutodiscoverV1`)).text),
    { Protocol: 'AutodiscoverV1', Url: 'https://web.hongyan.test/autodiscover/autodiscover.xml' },
  );
  assert.equal((await ask(scene.origin, `${json}/v1.0/x@hongyan.test?Protocol=Ews`)).status, 400);
  assert.equal(
    (await ask(scene.origin, `${json}?Email=x@elsewhere.test&Protocol=AutodiscoverV1`)).status,
    404,
  );
});

test('MBX-10: hostile Autodiscover requests: no entities, no depth, no size, no crash', async () => {
  await using scene = await openScene();
  const path = '/autodiscover/autodiscover.xml';
  const entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';
  for (const body of [
    '',
    '<',
    '<a>',
    `${entity}${outlook('&a;@hongyan.test').slice(21)}`,
    outlook('&undefined;@hongyan.test'),
    '<a>'.repeat(2_000),
    outlook('a'.repeat(1_000)),
    outlook('no address'),
    '\u0000\u0001',
  ]) {
    const { status, text } = await ask(scene.origin, path, { body });
    assert.equal(status, 200);
    assert.match(text, /<ErrorCode>(?:500|600)</);
    assert.doesNotMatch(text, /root:/);
  }
  assert.equal((await ask(scene.origin, path, { body: 'a'.repeat(40_000) })).status, 413);
  const script = await ask(scene.origin, path, { body: outlook('&lt;script&gt;@hongyan.test') });
  assert.doesNotMatch(script.text, /<script>/);
});

test('MBX-10, CLI-06: the page for members names all servers, the backup one too, and gives Apple profiles', async () => {
  await using scene = await openScene();
  const page = await ask(scene.origin, '/client-setup', { host: 'mail.hongyan.test' });
  assert.equal(page.status, 200);
  for (const text of ['993', '465', '995', 'hw.hongyan.test']) assert.ok(page.text.includes(text), text);
  const path = '/client-setup/profile.mobileconfig?email=';
  const profile = await ask(scene.origin, `${path}li%26co@hongyan.test`, { host: 'mail.hongyan.test' });
  assert.match(profile.type, /^application\/x-apple-aspen-config/);
  assert.match(profile.text, /<key>EmailAddress<\/key>\s*<string>li&amp;co@hongyan\.test<\/string>/);
  assert.match(profile.text, /<key>IncomingMailServerPortNumber<\/key>\s*<integer>993<\/integer>/);
  const again = await ask(scene.origin, `${path}li%26co@hongyan.test`, { host: 'mail.hongyan.test' });
  assert.equal(again.text, profile.text, 'the same profile replaces its older self');
  assert.equal(
    (await ask(scene.origin, `${path}x@elsewhere.test`, { host: 'mail.hongyan.test' })).status,
    422,
  );
});

test('RFC 8461 §3.3: the policy is served under mta-sts of each of our domains and nowhere else', async () => {
  await using scene = await openScene();
  const path = '/.well-known/mta-sts.txt';
  const policy = await ask(scene.origin, path, { host: 'mta-sts.hongyan.test' });
  assert.match(policy.type, /^text\/plain/);
  assert.match(policy.text, /^version: STSv1\r\nmode: testing\r\nmx: mx\.hongyan\.test\r\n/);
  for (const host of ['hongyan.test', 'mail.hongyan.test', 'mta-sts.elsewhere.test']) {
    assert.equal((await ask(scene.origin, path, { host })).status, 404, host);
  }
});

test('RFC 8555 §8.3: challenges are answered on the web port and on plain HTTP, which leads all else to HTTPS', async () => {
  await using scene = await openScene();
  const { directory, clock } = scene.domains;
  await directory.database.shared.transact(tx =>
    putChallenge(tx, 'tok_en-1', 'tok_en-1.print', clock.now() + 1_000),
  );
  await using plain = await startPlainHttp(scene.domains, { host: '127.0.0.1', port: 0, httpsPort: 443 });
  const http = `http://127.0.0.1:${plain.address().port}`;
  for (const origin of [scene.origin, http]) {
    const path = '/.well-known/acme-challenge/';
    assert.equal((await ask(origin, `${path}tok_en-1`)).text, 'tok_en-1.print');
    assert.equal((await ask(origin, `${path}other`)).status, 404);
    assert.equal((await ask(origin, `${path}..%2f..%2fetc`)).status, 404);
  }
  const moved = await fetch(`${http}/mail?x=1`, { redirect: 'manual' });
  assert.equal(moved.status, 308);
  assert.equal(moved.headers.get('location'), 'https://127.0.0.1/mail?x=1');
  assert.equal((await ask(http, '/', { host: 'evil"<host>' })).status, 400);
});
