import { type Clock, systemClock } from '@hongyan/server/platform/clock.ts';
import { type Log, silentLog } from '@hongyan/server/platform/log.ts';
import { CertificateStore } from '@hongyan/server/platform/net/tls.ts';
import { makeSelfSigned } from '@hongyan/server/platform/tls/self-signed.ts';
import type { SmtpLimits } from '@hongyan/server/protocols/smtp/limits.ts';
import type { SmtpProfile, SmtpServerOptions } from '@hongyan/server/protocols/smtp/options.ts';
import { createSmtpServer, type SmtpServer } from '@hongyan/server/protocols/smtp/server.ts';
import { FakeAcceptor, type FakeAcceptorOptions } from './fake-acceptor.ts';
import { FakeAuthenticator } from './fake-authenticator.ts';
import { LineClient } from './line-client.ts';
import { runTranscript, type TranscriptOptions } from './transcript.ts';

export interface SmtpFixtureOptions {
  readonly profile?: SmtpProfile;
  readonly hostName?: string;
  readonly acceptor?: FakeAcceptorOptions;
  readonly limits?: Partial<SmtpLimits>;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly tls?: boolean;
  readonly allowPlainLoopback?: boolean;
  readonly proxiesTrusted?: readonly string[];
}

let certificates: Promise<CertificateStore> | undefined;

/** One certificate for the whole process: making keys is slow. */
export function testCertificates(): Promise<CertificateStore> {
  certificates ??= makeSelfSigned({ names: ['mail.test'], now: Date.now() }).then(
    pair => new CertificateStore([pair]),
  );
  return certificates;
}

/** A real SMTP server named mail.test on loopback, over a fake acceptor. alice@example.test's password is `wonderland`. */
export class SmtpFixture implements AsyncDisposable {
  readonly server: SmtpServer;
  readonly acceptor: FakeAcceptor;
  readonly authenticator: FakeAuthenticator;
  /** Where it listens, or listened. */
  readonly port: number;
  readonly #tls: boolean;

  private constructor(
    server: SmtpServer,
    acceptor: FakeAcceptor,
    authenticator: FakeAuthenticator,
    tls: boolean,
  ) {
    this.server = server;
    this.acceptor = acceptor;
    this.authenticator = authenticator;
    this.port = server.address().port;
    this.#tls = tls;
  }

  static async start(options: SmtpFixtureOptions = {}): Promise<SmtpFixture> {
    const acceptor = new FakeAcceptor(options.acceptor);
    const authenticator = new FakeAuthenticator({
      'alice@example.test': 'wonderland',
      '李伟@example.test': '鸿雁 secret',
    });
    const profile = options.profile ?? 'mx';
    const proxies = options.proxiesTrusted;
    const serverOptions: SmtpServerOptions = {
      profile,
      hostName: options.hostName ?? 'mail.test',
      listen: { host: '127.0.0.1', port: 0, ...(proxies !== undefined && { proxiesTrusted: proxies }) },
      tls: options.tls === false ? null : await testCertificates(),
      acceptor,
      authenticator,
      clock: options.clock ?? systemClock,
      log: options.log ?? silentLog,
      allowPlainLoopback: options.allowPlainLoopback ?? false,
      ...(options.limits !== undefined && { limits: options.limits }),
    };
    return new SmtpFixture(
      await createSmtpServer(serverOptions),
      acceptor,
      authenticator,
      profile === 'submissions',
    );
  }

  connect(): Promise<LineClient> {
    return LineClient.connect({ port: this.port, tls: this.#tls });
  }

  /** Connects and takes the greeting, and says EHLO. */
  async greeted(): Promise<LineClient> {
    const client = await this.connect();
    client.send('EHLO client.test\r\n');
    await skipTo(client, /^250 /);
    return client;
  }

  play(text: string, options: Partial<TranscriptOptions> = {}): Promise<Record<string, string>> {
    return runTranscript(text, { connect: { port: this.port, tls: this.#tls }, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

/** Reads lines until one matches, and returns it. */
export async function skipTo(client: LineClient, pattern: RegExp): Promise<string> {
  for (;;) {
    const line = await client.readLine();
    if (line === null) throw new Error(`the server hung up before ${pattern.source}`);
    if (pattern.test(line)) return line;
  }
}
