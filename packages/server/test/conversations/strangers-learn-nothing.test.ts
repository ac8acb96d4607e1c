import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { password, ServerFolder, type ServerProcess } from '../whole-server/server-process.ts';

/** A conversation by hand: sends lines and gives what comes until something matches. */
class Talk implements AsyncDisposable {
  readonly #socket: Socket;
  #text = '';
  #heard: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#heard?.();
    });
    for (const event of ['close', 'error']) socket.on(event, () => this.#heard?.());
  }

  static async open(port: number, from: string, greeting: RegExp): Promise<Talk> {
    const talk = new Talk(connect({ port, host: '127.0.0.1', localAddress: from }));
    await talk.until(greeting);
    return talk;
  }

  /** Everything up to the match and with it. */
  async until(end: RegExp): Promise<string> {
    for (;;) {
      const match = end.exec(this.#text);
      if (match) {
        const upTo = match.index + match[0].length;
        const said = this.#text.slice(0, upTo);
        this.#text = this.#text.slice(upTo);
        return said;
      }
      if (this.#socket.destroyed) return this.#text;
      await new Promise<void>(resolve => {
        this.#heard = resolve;
      });
    }
  }

  ask(line: string, end: RegExp): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.until(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }
}

const plain = (login: string, secret: string): string =>
  Buffer.from(`\0${login}\0${secret}`).toString('base64');

const smtpEnd = /^\d{3} .*\r\n/m;

interface Asked {
  readonly server: ServerProcess;
  /** Address of the stranger: guesses of one address are slowed down. */
  readonly from: string;
  readonly login: string;
  readonly secret: string;
}

/** Status and body of a request to the web server. */
async function http(
  { server, from }: Pick<Asked, 'server' | 'from'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<string> {
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port('web'),
    path,
    localAddress: from,
    headers,
    method: body === undefined ? 'GET' : 'POST',
    agent: false,
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return `${answer.statusCode} ${Buffer.concat(chunks).toString()}`;
}

const basic = ({ login, secret }: Asked): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`,
});

/** What each way in answers to a login and a password. */
const ways: Readonly<Record<string, (asked: Asked) => Promise<string>>> = {
  async imap({ server, from, login, secret }) {
    await using talk = await Talk.open(server.port('imap'), from, /\r\n/);
    return await talk.ask(`a LOGIN "${login}" "${secret}"`, /^a .*\r\n/m);
  },
  async 'imap AUTHENTICATE'({ server, from, login, secret }) {
    await using talk = await Talk.open(server.port('imap'), from, /\r\n/);
    return await talk.ask(`a AUTHENTICATE PLAIN ${plain(login, secret)}`, /^a .*\r\n/m);
  },
  async pop3({ server, from, login, secret }) {
    await using talk = await Talk.open(server.port('pop3'), from, /\r\n/);
    const user = await talk.ask(`USER ${login}`, /\r\n/);
    return user + (await talk.ask(`PASS ${secret}`, /\r\n/));
  },
  async managesieve({ server, from, login, secret }) {
    await using talk = await Talk.open(server.port('sieve'), from, /^OK.*\r\n/m);
    return await talk.ask(`AUTHENTICATE "PLAIN" "${plain(login, secret)}"`, /^(?:OK|NO|BYE).*\r\n/m);
  },
  async submission({ server, from, login, secret }) {
    await using talk = await Talk.open(server.port('submission'), from, smtpEnd);
    await talk.ask('EHLO client.test', smtpEnd);
    return await talk.ask(`AUTH PLAIN ${plain(login, secret)}`, smtpEnd);
  },
  'sign-in page': asked =>
    http(
      asked,
      '/auth/sign-in',
      { 'content-type': 'application/json' },
      JSON.stringify({ login: asked.login, password: asked.secret }),
    ),
  jmap: asked => http(asked, '/jmap/session', basic(asked)),
  'web API': asked => http(asked, '/auth/session', basic(asked)),
};

describe('what strangers learn of who exists', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-strangers-'));
  let server: ServerProcess;
  before(async () => {
    const place = new ServerFolder(folder);
    await place.makeCompany();
    const made = [
      ['alias', 'add', 'chen@hongyan.test', 'bob@hongyan.test'],
      ['user', 'change', 'bob@hongyan.test', '--disable'],
    ];
    for (const args of made) {
      const { code, stdout, stderr } = await place.run(args);
      assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    }
    server = await place.start(['--processes', '1']);
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [number, [name, way]] of Object.entries(ways).entries()) {
    test(`${name}: a wrong password, an unknown name, an unknown domain and a disabled person are answered alike`, async () => {
      const from = `127.0.1.${number + 1}`;
      const wrong = await way({ server, from, login: 'alice@hongyan.test', secret: 'not the password' });
      assert.ok(!wrong.includes('alice'), wrong);
      const logins = [
        'nobody@hongyan.test',
        'nobody@elsewhere.test',
        'bob@hongyan.test',
        'chen@hongyan.test',
      ];
      for (const login of logins) {
        assert.equal(await way({ server, from, login, secret: 'not the password' }), wrong, login);
      }
      const right = await way({ server, from, login: 'alice@hongyan.test', secret: password });
      assert.notEqual(right, wrong, 'the right one gets in');
    });
  }

  test('SMTP: VRFY and EXPN say the same of everybody; RCPT refuses who is not here and says no more (RFC 5321 §3.5.3, §7.3)', async () => {
    await using talk = await Talk.open(server.port('smtp'), '127.0.0.1', smtpEnd);
    await talk.ask('EHLO stranger.test', smtpEnd);
    for (const verb of ['VRFY', 'EXPN']) {
      const known = await talk.ask(`${verb} alice@hongyan.test`, smtpEnd);
      assert.equal(await talk.ask(`${verb} nobody@hongyan.test`, smtpEnd), known);
      assert.equal(await talk.ask(`${verb} alice`, smtpEnd), known);
    }
    await talk.ask('MAIL FROM:<x@stranger.test>', smtpEnd);
    const rcpt = (local: string): Promise<string> => talk.ask(`RCPT TO:<${local}@hongyan.test>`, smtpEnd);
    const unknown = await rcpt('nobody');
    assert.match(unknown, /^550 5\.1\.1 /);
    assert.equal(await rcpt('nobody-else'), unknown);
    assert.equal(await rcpt('bob'), unknown, 'a disabled person');
    assert.equal(await rcpt('chen'), unknown, 'an alias of theirs');
    const known = await rcpt('alice');
    assert.match(known, /^250 2\.1\.5 /);
    // An address without a person behind it is answered as people are.
    assert.equal(await rcpt('postmaster'), known);
    assert.ok(!known.includes('alice'));
  });

  test('automatic configuration and the setup page answer every address of a domain alike (MBX-10)', async () => {
    const from = '127.0.2.1';
    const host = { host: 'autoconfig.hongyan.test' };
    for (const path of ['/mail/config-v1.1.xml?emailaddress=', '/autodiscover/autodiscover.json?Email=']) {
      const known = await http({ server, from }, `${path}alice@hongyan.test`, host);
      const unknown = await http({ server, from }, `${path}nobody@hongyan.test`, host);
      assert.equal(unknown.replaceAll('nobody', 'alice'), known, path);
    }
    const outlook = async (address: string): Promise<string> => {
      const schema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';
      const body = `<Autodiscover xmlns="${schema}/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
      const said = await http(
        { server, from },
        '/autodiscover/autodiscover.xml',
        { 'content-type': 'text/xml' },
        body,
      );
      assert.match(said, /^200 /);
      return said.replaceAll(address, 'X');
    };
    assert.equal(await outlook('nobody@hongyan.test'), await outlook('alice@hongyan.test'));
  });

  test('links to join: what does not exist and what was made up are answered alike (DIR-04)', async () => {
    const ask = (token: string): Promise<string> =>
      http({ server, from: '127.0.2.2' }, `/api/v1/join/${token}`);
    const first = await ask('A'.repeat(32));
    assert.match(first, /^40[34] /);
    assert.equal(await ask('B'.repeat(32)), first);
    assert.equal(await ask('x'), first);
  });
});
