import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { housePassword, scopeOf } from '@hongyan/testkit/web-house.ts';
import { WebSocket } from 'ws';
import { activateScript, deleteScript, putScript, renameScript } from '../../src/sieve/scripts.ts';

const mail = 'Subject: news\r\n\r\nbody\r\n';

interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a text/event-stream, an event at a time. */
async function* events(response: Response): AsyncGenerator<ServerEvent, void, undefined> {
  assert.ok(response.body);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const lines = text.slice(0, end).split('\r\n');
      text = text.slice(end + 4);
      const field = (name: string): string =>
        lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
      yield { event: field('event'), id: field('id'), data: field('data') };
    }
  }
}

function listen(client: JmapClient, query: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = client.session.eventSourceUrl.replace(/\?.*/, `?${query}`);
  return fetch(url, { headers: { authorization: client.authorization, ...headers } });
}

/** A WebSocket that keeps what it heard. */
class Socket {
  readonly socket: WebSocket;
  readonly #heard: Record<string, unknown>[] = [];
  #wake: () => void = () => undefined;

  constructor(client: JmapClient, headers: Record<string, string> = {}, protocol = 'jmap') {
    const url = String(client.session.capabilities['urn:ietf:params:jmap:websocket']?.['url']);
    this.socket = new WebSocket(url, protocol, {
      headers: { authorization: client.authorization, ...headers },
    });
    this.socket.on('message', (data: Buffer) => {
      this.#heard.push(JSON.parse(data.toString()) as Record<string, unknown>);
      this.#wake();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', () => resolve()).once('error', reject);
    });
  }

  send(value: unknown): void {
    this.socket.send(typeof value === 'string' ? value : JSON.stringify(value));
  }

  async next(): Promise<Record<string, unknown>> {
    for (;;) {
      const first = this.#heard.shift();
      if (first) return first;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }
}

test('RFC 8620 §7.3: mail that comes is announced to an event source, with the states that /get gives', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const response = await listen(client, 'types=*&closeafter=no&ping=0');
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const stream = events(response);
  const ready = (await stream.next()).value;
  assert.ok(ready?.id);
  await house.receive('alice@hongyan.test', mail);
  const told = (await stream.next()).value;
  assert.equal(told?.event, 'state');
  const { changed } = JSON.parse(told.data) as { changed: Record<string, Record<string, string>> };
  const types = changed[client.accountId] ?? {};
  assert.deepEqual(Object.keys(types).toSorted(), ['Email', 'EmailDelivery', 'Mailbox', 'Thread']);
  assert.equal(types['Email'], (await client.call('Email/get', { ids: [] }))['state']);
  await stream.return();
});

test('RFC 9661 §2, RFC 8620 §7.1: every change of a script is announced, whoever makes it; nobody else’s', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const stream = events(await listen(client, 'types=SieveScript&closeafter=no&ping=0'));
  await (await house.client(house.web.bob)).mailboxes();
  const { scripts } = house.jmap;
  const scope = scopeOf(house.web.alice);
  await stream.next();
  const steps = [
    () => putScript(scripts, scope, 'one', Buffer.from('keep;')),
    () => activateScript(scripts, scope, 'one'),
    () => renameScript(scripts, scope, 'one', 'two'),
    () => putScript(scripts, scope, 'two', Buffer.from('stop;')),
    () => activateScript(scripts, scope, null),
    () => deleteScript(scripts, scope, 'two'),
  ];
  const states = new Set<unknown>();
  for (const step of steps) {
    await putScript(scripts, scopeOf(house.web.bob), 'his', Buffer.from('keep;'));
    assert.deepEqual(await step(), { kind: 'done' });
    const told = JSON.parse((await stream.next()).value?.data ?? '{}') as {
      changed: Record<string, unknown>;
    };
    const { state } = await client.call('SieveScript/get', { ids: [] });
    assert.deepEqual(told.changed, { [client.accountId]: { SieveScript: state } });
    states.add(state);
  }
  assert.equal(states.size, steps.length);
  await stream.return(undefined);
});

test('RFC 8620 §7.3: only the types asked for; closed after the first state; missed changes are told at once', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const first = events(await listen(client, 'types=Thread&closeafter=state&ping=0'));
  const { id = '' } = (await first.next()).value ?? {};
  await house.receive('alice@hongyan.test', mail);
  const told = (await first.next()).value;
  const { changed } = JSON.parse(told?.data ?? '') as { changed: Record<string, object> };
  assert.deepEqual(Object.keys(changed[client.accountId] ?? {}), ['Thread']);
  assert.equal((await first.next()).done, true);
  const again = events(await listen(client, 'types=Email&closeafter=state&ping=0', { 'last-event-id': id }));
  const missed = (await again.next()).value;
  assert.equal(missed?.event, 'state');
  const wrong = await listen(client, 'types=&closeafter=no&ping=0');
  assert.equal(wrong.status, 422);
});

test('RFC 8620 §7.3: whoever comes back with an id that nobody knows is told everything; one that knows all, nothing', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const first = events(await listen(client, 'types=*&closeafter=no&ping=0'));
  const { id = '' } = (await first.next()).value ?? {};
  await first.return();
  for (const strange of ['nonsense', 'a1', `${id}x`, 'x'.repeat(12_001), id.replace(/^a\d+/, 'a999')]) {
    const stream = events(
      await listen(client, 'types=Email,Thread&closeafter=state&ping=0', { 'last-event-id': strange }),
    );
    const told = JSON.parse((await stream.next()).value?.data ?? '{}') as { changed: Record<string, object> };
    assert.deepEqual(
      Object.keys(told.changed[client.accountId] ?? {}),
      ['Email', 'Thread'],
      strange.slice(0, 20),
    );
  }
  const again = events(await listen(client, 'types=*&closeafter=no&ping=0', { 'last-event-id': id }));
  await house.receive('alice@hongyan.test', mail);
  const told = JSON.parse((await again.next()).value?.data ?? '{}') as { changed: Record<string, object> };
  assert.deepEqual(Object.keys(told.changed[client.accountId] ?? {}).toSorted(), [
    'Email',
    'EmailDelivery',
    'Mailbox',
    'Thread',
  ]);
  await again.return();
});

test('RFC 9425 §6: use of a quota is pushed where there is a limit', async () => {
  await using house = await openJmapHouse();
  const quotas = { quota: () => ({ limitBytes: 1_000_000, limitCount: null }) };
  Object.assign(house.mailboxes, { quotas });
  const client = await house.client(house.web.alice);
  const stream = events(await listen(client, 'types=Quota&closeafter=no&ping=0'));
  await stream.next();
  await house.receive('alice@hongyan.test', mail);
  const told = JSON.parse((await stream.next()).value?.data ?? '{}') as { changed: Record<string, unknown> };
  const { state } = await client.call('Quota/get', { ids: [] });
  assert.deepEqual(told.changed[client.accountId], { Quota: state });
  await stream.return();
});

test('RFC 8887 §4.3.1: a request that is too large is told so over a WebSocket, and the next one is answered', async () => {
  await using house = await openJmapHouse({ maxSizeRequest: 10_000 });
  const client = await house.client(house.web.alice);
  const socket = new Socket(client);
  await socket.open();
  const using = ['urn:ietf:params:jmap:core'];
  const methodCalls = [['Core/echo', { text: 'x'.repeat(12_000) }, 'c']];
  socket.send({ '@type': 'Request', id: 'r1', using, methodCalls });
  const problem = await socket.next();
  assert.deepEqual([problem['@type'], problem['limit']], ['RequestError', 'maxSizeRequest']);
  socket.send({ '@type': 'Request', id: 'r2', using, methodCalls: [] });
  assert.equal((await socket.next())['requestId'], 'r2');
  socket.socket.close();
});

test('RFC 8620 §7.3: pings come in the interval that is told', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const stream = events(await listen(client, 'types=*&closeafter=no&ping=1'));
  await stream.next();
  house.web.clock.advance(5_000);
  const ping = (await stream.next()).value;
  assert.deepEqual([ping?.event, ping?.id, ping?.data], ['ping', '', '{"interval":5}']);
  await stream.return();
});

test('SEC-08: a changed password ends event sources and WebSockets with the next thing to tell', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const stream = events(await listen(client, 'types=*&closeafter=no&ping=0'));
  await stream.next();
  const socket = new Socket(client);
  await socket.open();
  const { setPassword } = await import('@hongyan/server/access/passwords.ts');
  await setPassword(house.web.context.passwords, house.web.tenant, house.web.alice.accountId, 'another one');
  const closed = new Promise<number>(resolve => {
    socket.socket.once('close', resolve);
  });
  socket.send({ '@type': 'Request', using: [], methodCalls: [] });
  assert.equal(await closed, 1008);
  await house.receive('alice@hongyan.test', mail);
  assert.equal((await stream.next()).done, true);
});

test('RFC 8887: requests, errors and push over a WebSocket', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const socket = new Socket(client);
  await socket.open();
  assert.equal(socket.socket.protocol, 'jmap');
  const using = ['urn:ietf:params:jmap:core'];
  socket.send({ '@type': 'Request', id: 'r1', using, methodCalls: [['Core/echo', { a: 1 }, 'c']] });
  const response = await socket.next();
  assert.deepEqual(
    [response['@type'], response['requestId'], response['methodResponses']],
    ['Response', 'r1', [['Core/echo', { a: 1 }, 'c']]],
  );
  socket.send({ '@type': 'Request', id: 'r2', using: ['urn:x'], methodCalls: [] });
  const problem = await socket.next();
  assert.deepEqual(
    [problem['@type'], problem['requestId'], problem['type']],
    ['RequestError', 'r2', 'urn:ietf:params:jmap:error:unknownCapability'],
  );
  socket.send('{');
  assert.equal((await socket.next())['type'], 'urn:ietf:params:jmap:error:notJSON');
  socket.send({ '@type': 'Nonsense' });
  assert.equal((await socket.next())['type'], 'urn:ietf:params:jmap:error:notRequest');
  socket.send({ '@type': 'WebSocketPushEnable', dataTypes: ['Email'] });
  socket.send({ '@type': 'Request', using, methodCalls: [] });
  await socket.next();
  await house.receive('alice@hongyan.test', mail);
  const change = await socket.next();
  assert.equal(change['@type'], 'StateChange');
  const changed = change['changed'] as Record<string, Record<string, string>>;
  assert.deepEqual(Object.keys(changed[client.accountId] ?? {}), ['Email']);
  socket.send({ '@type': 'WebSocketPushEnable', dataTypes: null, pushState: change['pushState'] });
  await house.receive('alice@hongyan.test', 'Subject: more\r\n\r\nbody\r\n');
  assert.equal((await socket.next())['@type'], 'StateChange');
  const closed = new Promise<number>(resolve => {
    socket.socket.once('close', resolve);
  });
  socket.socket.send(Buffer.from([1, 2]));
  assert.equal(await closed, 1003);
});

test('WebSockets need a sign-in, the jmap protocol, and with a cookie our own origin', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const refusal = (socket: Socket): Promise<string> =>
    new Promise(resolve => {
      socket.socket.once('error', error => resolve(error.message)).once('open', () => resolve('open'));
    });
  assert.match(await refusal(new Socket(client, { authorization: 'Basic eDp5' })), /401/);
  assert.match(await refusal(new Socket(client, {}, 'other')), /400/);
  const signedIn = await fetch(`${house.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'alice@hongyan.test', password: housePassword }),
  });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const url = `${house.url.replace('http', 'ws')}/jmap/ws`;
  const withCookie = (origin: string): Promise<string> => {
    const socket = new WebSocket(url, 'jmap', { headers: { cookie, origin } });
    return new Promise(resolve => {
      socket
        .once('error', error => resolve(error.message))
        .once('open', () => {
          socket.terminate();
          resolve('open');
        });
    });
  };
  assert.match(await withCookie('https://evil.example'), /403/);
  assert.equal(await withCookie(house.url), 'open');
});
