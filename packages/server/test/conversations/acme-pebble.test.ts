import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createTransport } from '../../src/domains/certificates/acme/transport.ts';
import {
  type CertificateIssuer,
  defaultIssuerLimits,
  type IssuerOptions,
  renewAt,
  startCertificateIssuer,
} from '../../src/domains/certificates/issuer.ts';
import { listHostCertificates, usableCertificates } from '../../src/domains/certificates/store.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { CertificateStore } from '../../src/platform/net/tls.ts';
import { startPlainHttp } from '../../src/protocols/web/plain-http/server.ts';
import { orderRows } from '../../src/store/system/domains/certificate-rows.ts';
import { type DomainsHouse, openDomainsHouse } from '../domains-fixture/house.ts';
import { hasPebble, type Pebble, startPebble } from '../domains-fixture/pebble.ts';

const skip = hasPebble() ? false : 'pebble is not installed';

/** Time that can be moved and goes on by itself: orders wait for real answers. */
class MovableClock implements Clock {
  #ahead = 0;
  now(): number {
    return systemClock.now() + this.#ahead;
  }
  after(delayMs: number, run: () => void): ReturnType<Clock['after']> {
    return systemClock.after(delayMs, run);
  }
  move(ms: number): void {
    this.#ahead += ms;
  }
}

function issuer(
  house: DomainsHouse,
  pebble: Pebble,
  clock: Clock,
  names: readonly string[],
  more: Partial<IssuerOptions> = {},
): CertificateIssuer {
  return startCertificateIssuer({
    ...house.certificates,
    clock,
    directory: pebble.directory,
    transport: createTransport(pebble.ca),
    account: { contact: 'postmaster@hongyan.test', agreeTerms: true, binding: null },
    // Rounds are made by hand.
    limits: { ...defaultIssuerLimits, everyMs: 3_600_000, firstMs: 3_600_000 },
    wantedNames: async () => names,
    ...more,
  });
}

const loopback = { a: ['127.0.0.1'] };

test('SEC-11, RFC 8555: certificates for every name, renewal after two thirds of their life, also with refused nonces', {
  skip,
}, async () => {
  const clock = new MovableClock();
  await using house = await openDomainsHouse({ clock });
  house.zone['mail.qinghe.test'] = loopback;
  house.zone['imap.qinghe.test'] = loopback;
  const http = await startPlainHttp(house.domains, { host: '127.0.0.1', port: 0, httpsPort: 443 });
  await using _listener = http;
  await using pebble = await startPebble({
    dns: house.dns.server,
    httpPort: http.address().port,
    badNonces: 30,
  });
  const names = ['mail.qinghe.test', 'imap.qinghe.test', 'nowhere.qinghe.test'];
  {
    await using issuing = issuer(house, pebble, clock, names);
    // Two rounds at once, as when the timer meets a reload: nothing is ordered twice.
    assert.deepEqual(await Promise.all([issuing.round(), issuing.round()]), [
      ['mail.qinghe.test', 'imap.qinghe.test'],
      [],
    ]);
    const second = issuer(house, pebble, clock, names);
    assert.equal(await second.round(), null, 'one process at a time');
    await second[Symbol.asyncDispose]();
    const failed = (await orderRows(house.database.look('provider'))).find(
      ({ name }) => name === 'nowhere.qinghe.test',
    );
    assert.equal(failed?.attempts, 1);
    assert.match(failed?.last_error ?? '', /dns|connection|unknownHost/i);
    assert.deepEqual(await issuing.round(), [], 'what failed waits, what is there stays');
  }
  const certificates = await listHostCertificates(house.certificates);
  assert.deepEqual(
    certificates.map(one => one.names),
    [['mail.qinghe.test'], ['imap.qinghe.test']],
  );
  const usable = await usableCertificates({ ...house.certificates, clock });
  const [newest] = usable;
  assert.ok(newest);
  assert.equal(new X509Certificate(newest.cert).checkHost('imap.qinghe.test'), 'imap.qinghe.test');
  const store = new CertificateStore(usable);
  assert.notEqual(store.contextFor('mail.qinghe.test'), store.contextFor('imap.qinghe.test'));
  // No key lies in the store unsealed.
  const first = certificates[0] ?? assert.fail();
  assert.ok(renewAt(first.notBefore, first.notAfter) > clock.now());
  clock.move(renewAt(first.notBefore, first.notAfter) - clock.now() + 60_000);
  await using later = issuer(house, pebble, clock, ['mail.qinghe.test']);
  assert.deepEqual(await later.round(), ['mail.qinghe.test']);
  assert.deepEqual(await later.round(), []);
  assert.deepEqual(
    (await orderRows(house.database.look('provider'))).map(({ name }) => name),
    ['mail.qinghe.test'],
    'orders for names that are not wanted any more are forgotten',
  );
});

test('RFC 8555 §7.3.4: an authority that asks for its own account gets the binding; without it nothing is ordered', {
  skip,
}, async () => {
  await using house = await openDomainsHouse({ clock: systemClock });
  house.zone['mail.qinghe.test'] = loopback;
  const secret = randomBytes(32);
  const http = await startPlainHttp(house.domains, { host: '127.0.0.1', port: 0, httpsPort: 443 });
  await using _listener = http;
  await using pebble = await startPebble({
    dns: house.dns.server,
    httpPort: http.address().port,
    bindings: { 'kid-1': secret.toString('base64url') },
  });
  const names = ['mail.qinghe.test'];
  const account = { contact: null, agreeTerms: true };
  {
    await using unbound = issuer(house, pebble, systemClock, names);
    assert.deepEqual(await unbound.round(), []);
    const [order] = await orderRows(house.database.look('provider'));
    assert.match(order?.last_error ?? '', /externalAccountRequired/);
  }
  {
    await using unwilling = issuer(house, pebble, new LaterClock(), names, {
      account: { ...account, agreeTerms: false, binding: null },
    });
    assert.deepEqual(await unwilling.round(), []);
    const [order] = await orderRows(house.database.look('provider'));
    assert.match(order?.last_error ?? '', /userActionRequired/);
    assert.equal(order?.attempts, 2);
  }
  await using bound = issuer(house, pebble, new LaterClock(2), names, {
    account: { ...account, binding: { keyId: 'kid-1', secret } },
  });
  assert.deepEqual(await bound.round(), names);
});

/** The clock an hour later: past the waits of the first failures. */
class LaterClock implements Clock {
  readonly #ahead: number;
  constructor(hours = 1) {
    this.#ahead = hours * 3_600_000;
  }
  now(): number {
    return systemClock.now() + this.#ahead;
  }
  after(delayMs: number, run: () => void): ReturnType<Clock['after']> {
    return systemClock.after(delayMs, run);
  }
}
