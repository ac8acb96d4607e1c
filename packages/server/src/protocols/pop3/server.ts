import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import type { Authenticator } from '../../access/types.ts';
import type { MaildropContext } from '../../mailbox/maildrop/maildrop.ts';
import type { Listener } from '../../platform/net/listener.ts';
import {
  implicitTls,
  openService,
  passwordsInPlain,
  type ServiceOptions,
} from '../../platform/net/service.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { defaultPop3Limits, type Pop3Limits } from './limits.ts';
import { pop3Commands } from './registry.ts';
import { replyLine } from './replies.ts';
import { Pop3Session, type SessionServices } from './session.ts';

export interface Pop3ServerOptions extends ServiceOptions {
  /** Our name in the greeting. */
  readonly hostName: string;
  /** `implicit`: TLS from the first byte (port 995). `stls`: plain until the client asks (port 110). */
  readonly tlsMode: 'implicit' | 'stls';
  /** Certificates; null only with `stls`, which is then not offered. */
  readonly tls: TlsProvider | null;
  readonly maildrops: MaildropContext;
  readonly authenticator: Authenticator;
  readonly limits?: Partial<Pop3Limits>;
  /** What `LANG *` chooses. */
  readonly language?: Language;
}

/** A running POP3 listener: `drain` lets sessions end. Disposing it cuts the connections at once. */
export type Pop3Server = Listener;

/** Starts a POP3 server (RFC 1939). Rejects when the address cannot be had. */
export async function createPop3Server(options: Pop3ServerOptions): Promise<Pop3Server> {
  const { clock, tls, language = 'en' } = options;
  const implicit = implicitTls(options.tlsMode, tls);
  const log = options.log.child({ service: 'pop3' });
  const services: SessionServices = {
    hostName: options.hostName,
    maildrops: options.maildrops,
    authenticator: options.authenticator,
    clock,
    log,
    limits: { ...defaultPop3Limits, ...options.limits },
    commands: new Map(pop3Commands.map(command => [command.keyword, command])),
    tls: options.tlsMode === 'stls' ? tls : null,
    passwordsInPlain: passwordsInPlain(options),
    language,
  };
  return openService(options, {
    implicitTls: implicit,
    farewell: replyLine(createPhrases('en'), 'too_many_connections'),
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    log,
    session: connection => new Pop3Session(connection, services).run(),
  });
}
