import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { testCertificates } from '@hongyan/testkit/smtp-fixture.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { WebSocket } from 'ws';

const mail = 'Subject: news\r\n\r\nbody\r\n';
const authorization = `Basic ${Buffer.from(`alice@hongyan.test:${housePassword}`).toString('base64')}`;

function dial({ url }: JmapHouse): Socket {
  const { port, protocol } = new URL(url);
  const at = { port: Number(port), host: '127.0.0.1' };
  return protocol === 'https:' ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at);
}

/** A connection of which one reads until what has come fits. */
class Wire {
  readonly socket: Socket;
  #text = '';
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket, request: string) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
    socket.write(request);
  }

  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.#ended) throw new Error(`ended after ${this.#text}`);
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Everything until the server hangs up. */
  async whole(): Promise<string> {
    while (!this.#ended) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return this.#text;
  }
}

function get(query: string, fields: string = `Authorization: ${authorization}\r\n`): string {
  return `GET /jmap/eventsource?${query} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
}

test('RFC 8620 §7.3: mail is announced to an event source over TLS', async () => {
  await using house = await openJmapHouse({}, { tls: await testCertificates() });
  const wire = new Wire(dial(house), get('types=Email&closeafter=no&ping=0'));
  const head = await wire.until(/: ready/);
  assert.match(head, /^HTTP\/1\.1 200 .*content-type: text\/event-stream/s);
  assert.match(head, /strict-transport-security: .*cache-control: no-store/s);
  await house.receive('alice@hongyan.test', mail);
  assert.match(await wire.until(/\r\ndata: .*\r\n\r\n/), /"Email":/);
  wire.socket.destroy();
});

test('RFC 8887 §4.3.5: mail is announced over a WebSocket over TLS', async () => {
  await using house = await openJmapHouse({}, { tls: await testCertificates() });
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}/jmap/ws`, 'jmap', {
    headers: { authorization },
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  const next = async (): Promise<string> => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return (JSON.parse(data.toString()) as { '@type': string })['@type'];
  };
  // Whoever names a state that nobody knows is told everything: after that the push is on.
  socket.send(JSON.stringify({ '@type': 'WebSocketPushEnable', dataTypes: ['Email'], pushState: 'none' }));
  assert.equal(await next(), 'StateChange');
  const told = next();
  await house.receive('alice@hongyan.test', mail);
  assert.equal(await told, 'StateChange');
  socket.terminate();
});

test('RFC 8620 §7.3: an event source that is refused says why, and the connection ends', async () => {
  await using house = await openJmapHouse();
  for (const [request, status, part] of [
    [get('types=*', ''), 401, /\r\nwww-authenticate: .*"code":"auth.required"/s],
    [
      get('types=*', 'Authorization: Basic eDp5\r\n'),
      401,
      /content-type: application\/problem\+json.*"code":"auth.failed"/s,
    ],
    [get('types=&closeafter=no&ping=0'), 422, /"field":"types"/],
    [get('types=*&types=Email'), 422, /"field":"types"/],
    [get('types=*&closeafter=never'), 422, /"field":"closeafter"/],
    [get('types=*&ping=-1'), 422, /"field":"ping"/],
    [get('types=*&ping=x'), 422, /"field":"ping"/],
    [get('types=*', `Authorization: ${authorization}\r\nContent-Length: 3\r\n`), 422, /"field":"body"/],
  ] as const) {
    const answer = await new Wire(dial(house), request).whole();
    assert.match(
      answer,
      new RegExp(`^HTTP/1\\.1 ${status} .*\r\nx-content-type-options: nosniff`, 's'),
      request,
    );
    assert.match(answer, part, request);
  }
});

test('RFC 8620 §7.3: an event source may come after other requests on the same connection, with an Upgrade that nobody serves', async () => {
  await using house = await openJmapHouse();
  const wire = new Wire(dial(house), 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await wire.until(/\{"status":"ok"\}/);
  const fields = `Authorization: ${authorization}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n`;
  wire.socket.write(get('types=Email', fields));
  await wire.until(/: ready/);
  // What a client sends after that is nobody's.
  wire.socket.write(get('types=Email'));
  await house.receive('alice@hongyan.test', mail);
  assert.match(await wire.until(/\r\ndata: .*\r\n\r\n/), /^event: state\r\n/);
  wire.socket.end();
  assert.equal(await wire.whole(), '');
});

test('twenty event sources of an account and no more; one that hangs up makes room, at whatever moment', async () => {
  await using house = await openJmapHouse();
  const open = (): Wire => new Wire(dial(house), get('types=*'));
  // Those who have gone take places until the server has noticed.
  const opened = async (): Promise<Wire> => {
    for (;;) {
      const wire = open();
      if ((await wire.until(/\r\n\r\n/)).startsWith('HTTP/1.1 200 ')) return wire;
    }
  };
  for (let n = 0; n < 30; n += 1) {
    const wire = open();
    await once(wire.socket, 'connect');
    wire.socket.destroy();
  }
  const wires: Wire[] = [];
  while (wires.length < 20) wires.push(await opened());
  assert.match(await open().whole(), /^HTTP\/1\.1 429 .*"code":"limit.exceeded"/s);
  wires[0]?.socket.destroy();
  wires.push(await opened());
  for (const wire of wires) wire.socket.destroy();
});
