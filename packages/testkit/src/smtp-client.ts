import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { formatPlain } from '@hongyan/formats/sasl/plain.ts';
import { saslprep } from '@hongyan/formats/sasl/saslprep.ts';
import { ScramClient } from '@hongyan/formats/sasl/scram.ts';
import { formatMail, formatRcpt } from '@hongyan/formats/smtp/command.ts';
import { DotEncoder } from '@hongyan/formats/smtp/dot-encoder.ts';
import type { Parameter } from '@hongyan/formats/smtp/parameters.ts';
import { type Reply, ReplyParser } from '@hongyan/formats/smtp/reply.ts';

export interface SmtpClientOptions {
  readonly port: number;
  readonly host?: string;
  /** `starttls` and `implicit` do not check certificates. Default: none. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
  readonly login?: string;
  readonly password?: string;
}

export interface OutgoingMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly body: Buffer;
  readonly parameters?: readonly Parameter[];
}

/** Channel bindings this client can compute (RFC 9266, RFC 5929; the certificate signed with SHA-256). */
export type ChannelBinding = 'tls-exporter' | 'tls-server-end-point';

/** What the server said to one mail. */
export interface SendResult {
  readonly recipients: readonly Reply[];
  /** The final reply; null when no recipient was taken. */
  readonly final: Reply | null;
}

/**
 * A quick SMTP client for load and crash tests: pipelines, keeps the connection, and reports every reply instead
 * of throwing on refusals. It rejects only when the connection is lost, so that "answered 250" is exactly known.
 */
export class SmtpClient implements AsyncDisposable {
  #socket: Socket;
  readonly #parser = new ReplyParser();
  #rest: Buffer = Buffer.alloc(0);
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  readonly #ready: Reply[] = [];
  #lost: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#attach(socket);
  }

  static async connect(options: SmtpClientOptions): Promise<SmtpClient> {
    const host = options.host ?? '127.0.0.1';
    const socket =
      options.tls === 'implicit'
        ? connectTls({ host, port: options.port, rejectUnauthorized: false })
        : connect({ host, port: options.port, noDelay: true });
    await once(socket, options.tls === 'implicit' ? 'secureConnect' : 'connect');
    const client = new SmtpClient(socket);
    await client.reply();
    await client.command('EHLO client.test');
    if (options.tls === 'starttls') {
      await client.command('STARTTLS');
      await client.#startTls();
      await client.command('EHLO client.test');
    }
    if (options.login !== undefined) await client.plain(options.login, options.password ?? '');
    return client;
  }

  /** Sends one command line and waits for its reply. */
  command(line: string): Promise<Reply> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** Signs in with AUTH PLAIN; rejects when refused. */
  async plain(login: string, password: string): Promise<void> {
    const message = formatPlain({ authorizationId: '', authenticationId: login, password });
    expectCode(await this.command(`AUTH PLAIN ${message.toString('base64')}`), 235);
  }

  /** Signs in with SCRAM-SHA-256, or with -PLUS and the named channel binding; rejects when refused. */
  async scram(login: string, password: string, binding: ChannelBinding | null): Promise<void> {
    const scram = new ScramClient({
      login,
      password: saslprep(password) ?? password,
      nonce: randomBytes(18).toString('base64'),
      ...(binding !== null && { binding: { type: binding, bytes: this.#binding(binding) } }),
    });
    const mechanism = binding === null ? 'SCRAM-SHA-256' : 'SCRAM-SHA-256-PLUS';
    const first = expectCode(await this.command(`AUTH ${mechanism} ${encode(scram.clientFirst())}`), 334);
    const final = scram.clientFinal(Buffer.from(first.lines[0] ?? '', 'base64'));
    if (final === null) throw new Error('the server’s challenge is not acceptable');
    const proof = expectCode(await this.command(encode(final)), 334);
    if (!scram.accepts(Buffer.from(proof.lines[0] ?? '', 'base64')))
      throw new Error('the server does not know the password');
    expectCode(await this.command(''), 235);
  }

  /** Sends a mail in two round trips (RFC 2920). */
  async send(mail: OutgoingMail): Promise<SendResult> {
    const lines = [
      formatMail(mail.from, mail.parameters),
      ...mail.to.map(path => formatRcpt(path)),
      'DATA',
      '',
    ];
    this.#socket.write(lines.join('\r\n'));
    const sender = await this.reply();
    const recipients: Reply[] = [];
    for (const _ of mail.to) recipients.push(await this.reply());
    const go = await this.reply();
    if (go.code !== 354) {
      if (sender.code === 250) await this.command('RSET');
      return { recipients, final: sender.code === 250 ? null : sender };
    }
    const encoder = new DotEncoder();
    const pieces = encoder.encode(mail.body);
    this.#socket.write(Buffer.concat([...pieces, encoder.finish()]));
    return { recipients, final: await this.reply() };
  }

  /** The next reply of the server. */
  reply(): Promise<Reply> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async quit(): Promise<void> {
    await this.command('QUIT');
    this.#socket.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }

  async #startTls(): Promise<void> {
    this.#socket.removeAllListeners('data').removeAllListeners('close');
    const secured = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    this.#socket = secured;
    this.#attach(secured);
  }

  #binding(type: ChannelBinding): Buffer {
    const socket = this.#socket;
    if (!(socket instanceof TLSSocket)) throw new Error('channel binding needs TLS');
    if (type === 'tls-exporter')
      return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    return createHash('sha256').update(socket.getPeerCertificate().raw).digest();
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    socket.on('error', error => this.#lose(error));
    socket.on('close', () => this.#lose(new Error('the server closed the connection')));
  }

  #arrived(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf('\r\n'); end !== -1; end = bytes.indexOf('\r\n')) {
      const reply = this.#parser.line(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 2);
      if (reply === 'invalid') this.#lose(new Error('the server’s reply is not SMTP'));
      else if (reply !== 'more') this.#deliver(reply);
    }
    this.#rest = bytes;
  }

  #deliver(reply: Reply): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#ready.push(reply);
    else waiter.resolve(reply);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#lost);
  }
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function expectCode(reply: Reply, code: number): Reply {
  if (reply.code !== code) throw new Error(`expected ${code}, got ${reply.code} ${reply.lines.join(' ')}`);
  return reply;
}
