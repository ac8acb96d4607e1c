import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { createClientPassword, revokeClientPassword } from '../../src/access/clients/client-passwords.ts';
import { ownScope } from '../../src/access/scope.ts';

interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A push service on loopback: keeps what comes, answers what it is told to. */
class PushService implements AsyncDisposable {
  status = 201;
  readonly #pushed: Pushed[] = [];
  #wake: () => void = () => undefined;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      this.#pushed.push({ path: url, headers, body: Buffer.concat(chunks) });
      response.writeHead(this.status).end();
      this.#wake();
    });
  });

  async open(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get count(): number {
    return this.#pushed.length;
  }

  /** The next push; bounded by the test runner's deadline. */
  async next(): Promise<Pushed> {
    for (;;) {
      const first = this.#pushed.shift();
      if (first) return first;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** A browser's half of RFC 8291, written from the RFC and not from our code. */
class Receiver {
  readonly #ecdh = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #public = this.#ecdh.generateKeys();

  get keys(): { p256dh: string; auth: string } {
    return { p256dh: this.#public.toString('base64url'), auth: this.#auth.toString('base64url') };
  }

  open(body: Buffer): Record<string, unknown> {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + (body[20] ?? 0));
    const sealed = body.subarray(21 + sender.length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#public, sender]);
    const input = Buffer.from(hkdfSync('sha256', this.#ecdh.computeSecret(sender), this.#auth, info, 32));
    const derive = (use: string, octets: number): Buffer =>
      Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${use}\0`, octets));
    const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    assert.equal(plain.at(-1), 2, 'RFC 8188 §2: the last record');
    return JSON.parse(plain.subarray(0, -1).toString()) as Record<string, unknown>;
  }
}

const message = 'From: a@outside.test\r\nTo: alice@hongyan.test\r\nSubject: hi\r\n\r\nhello\r\n';

async function subscribe(client: JmapClient, subscription: object): Promise<Record<string, unknown>> {
  const answer = await client.call('PushSubscription/set', { create: { s: subscription } });
  return (
    (answer['created'] as Record<string, Record<string, unknown>>)['s'] ?? assert.fail(JSON.stringify(answer))
  );
}

async function verified(
  house: JmapHouse,
  service: PushService,
  url: string,
  more: object = {},
): Promise<string> {
  const client = await house.client(house.web.alice);
  const { id } = await subscribe(client, { deviceClientId: 'd', url: `${url}/plain`, ...more });
  const { body } = await service.next();
  const { verificationCode } = JSON.parse(body.toString()) as Record<string, unknown>;
  const answer = await client.call('PushSubscription/set', {
    update: { [String(id)]: { verificationCode } },
  });
  assert.deepEqual(answer['updated'], { [String(id)]: null });
  return String(id);
}

test('RFC 8620 §7.2.2, RFC 8291, RFC 8292: verified first, then told of new mail, encrypted for the device', async () => {
  await using house = await openJmapHouse();
  await using service = new PushService();
  const url = await service.open();
  const receiver = new Receiver();
  const client = await house.client(house.web.alice);
  const made = await subscribe(client, {
    deviceClientId: 'phone',
    url: `${url}/push/1`,
    keys: receiver.keys,
    types: ['Email', 'EmailDelivery'],
  });
  const id = String(made['id']);
  assert.match(String(made['expires']), /^2026-01-08T/, 'at most seven days');
  const first = await service.next();
  assert.equal(first.headers['content-encoding'], 'aes128gcm');
  assert.match(String(first.headers['authorization']), /^vapid t=[\w.-]+, k=[\w-]{87}$/);
  const verification = receiver.open(first.body);
  assert.equal(verification['@type'], 'PushVerification');
  assert.equal(verification['pushSubscriptionId'], id);
  await house.receive('alice@hongyan.test', message);
  const wrong = await client.call('PushSubscription/set', {
    update: { [id]: { verificationCode: 'wrong' } },
  });
  assert.equal(
    (wrong['notUpdated'] as Record<string, Record<string, unknown>>)[id]?.['type'],
    'invalidProperties',
  );
  assert.equal(service.count, 0, 'nothing before it is verified');
  const { verificationCode } = verification;
  await client.call('PushSubscription/set', { update: { [id]: { verificationCode } } });
  const got = await client.call('PushSubscription/get', { ids: null });
  const [object] = got['list'] as Record<string, unknown>[];
  assert.deepEqual(Object.keys(object ?? {}).toSorted(), [
    'deviceClientId',
    'expires',
    'id',
    'types',
    'verificationCode',
  ]);
  assert.equal(await client.errorOf('PushSubscription/get', { ids: null, properties: ['url'] }), 'forbidden');
  await house.receive('alice@hongyan.test', message);
  const change = receiver.open((await service.next()).body);
  assert.equal(change['@type'], 'StateChange');
  const [states] = Object.values(change['changed'] as Record<string, Record<string, string>>);
  assert.deepEqual(Object.keys(states ?? {}).toSorted(), ['Email', 'EmailDelivery']);
  const { state } = await client.call('Email/get', { ids: [] });
  assert.equal(states?.['Email'], state);
  assert.deepEqual(house.complaints, []);
});

test('RFC 8030 §7.3: a subscription that the push service does not know any more is removed', async () => {
  await using house = await openJmapHouse();
  await using service = new PushService();
  const id = await verified(house, service, await service.open());
  service.status = 410;
  await house.receive('alice@hongyan.test', message);
  await service.next();
  const client = await house.client(house.web.alice);
  for (;;) {
    const { notFound } = await client.call('PushSubscription/get', { ids: [id] });
    if ((notFound as string[]).length === 1) break;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
});

test('RFC 8620 §7.2: it ends with what its owner signed in with, and is nobody else’s business', async () => {
  await using house = await openJmapHouse();
  await using service = new PushService();
  const url = await service.open();
  const { alice, context } = house.web;
  const { secret, clientPassword } = await createClientPassword(context.signIn, ownScope(alice), 'phone');
  const phone = await JmapClient.signIn(house.url, alice.login, secret);
  const { id } = await subscribe(phone, { deviceClientId: 'd', url: `${url}/a` });
  const { verificationCode } = JSON.parse((await service.next()).body.toString()) as Record<string, unknown>;
  await phone.call('PushSubscription/set', { update: { [String(id)]: { verificationCode } } });
  for (const other of [alice, house.web.bob]) {
    const client = await house.client(other);
    assert.deepEqual((await client.call('PushSubscription/get', { ids: null }))['list'], []);
    const answer = await client.call('PushSubscription/set', { destroy: [id] });
    assert.equal(
      (answer['notDestroyed'] as Record<string, Record<string, unknown>>)[String(id)]?.['type'],
      'notFound',
    );
  }
  await revokeClientPassword(context.signIn, ownScope(alice), clientPassword.id);
  // A second one that lives on shows when the time of the first has passed.
  await verified(house, service, url);
  await house.receive('alice@hongyan.test', message);
  assert.equal((await service.next()).path, '/plain');
  assert.equal(service.count, 0);
});

test('what is no subscription is refused, and an account has a limited number', async () => {
  await using house = await openJmapHouse();
  await using service = new PushService();
  const url = await service.open();
  const client = await house.client(house.web.alice);
  const good = { deviceClientId: 'd', url: `${url}/x` };
  const bad: Record<string, object> = {
    a: { ...good, url: 'ftp://x/' },
    b: { ...good, deviceClientId: '' },
    c: { url: good.url },
    d: { ...good, keys: { p256dh: 'x', auth: 'y' } },
    e: { ...good, keys: 'x' },
    f: { ...good, types: 'Email' },
    g: { ...good, types: Array.from({ length: 1_000 }, () => 'Email') },
    h: { ...good, expires: '2020-01-01T00:00:00Z' },
    i: { ...good, verificationCode: 'x' },
    j: { ...good, id: 'p1' },
  };
  const answer = await client.call('PushSubscription/set', { create: bad });
  const types = Object.values(answer['notCreated'] as Record<string, Record<string, unknown>>).map(
    item => item['type'],
  );
  assert.deepEqual(
    types,
    Array.from({ length: 10 }, () => 'invalidProperties'),
  );
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, good]));
  const full = await client.call('PushSubscription/set', { create: many });
  assert.deepEqual(Object.values(full['notCreated'] as Record<string, Record<string, unknown>>), [
    { type: 'overQuota' },
  ]);
  const id = Object.values(full['created'] as Record<string, { id: string }>)[0]?.id ?? '';
  for (const patch of [
    { url: 'https://x/' },
    { keys: null },
    { 'types/0': 'Email' },
    { deviceClientId: 'x' },
  ]) {
    const refused = await client.call('PushSubscription/set', { update: { [id]: patch } });
    assert.equal(
      (refused['notUpdated'] as Record<string, Record<string, unknown>>)[id]?.['type'],
      'invalidProperties',
    );
  }
});
