import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Authenticator } from '../../access/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { Listener } from '../../platform/net/listener.ts';
import {
  implicitTls,
  openService,
  passwordsInPlain,
  type ServiceOptions,
} from '../../platform/net/service.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { defaultImapLimits, type ImapSessionLimits } from './limits.ts';
import { imapCommands } from './registry.ts';
import { Session } from './session.ts';
import type { SessionServices } from './session-services.ts';

export interface ImapServerOptions extends ServiceOptions {
  /** `implicit`: TLS from the first byte (port 993). `starttls`: plain until the client asks (port 143). */
  readonly tlsMode: 'implicit' | 'starttls';
  /** Certificates; null only with `starttls`, which is then not offered. */
  readonly tls: TlsProvider | null;
  readonly mail: MailboxContext;
  readonly authenticator: Authenticator;
  readonly limits?: Partial<ImapSessionLimits>;
  /** What `LANGUAGE default` chooses; English when left out. */
  readonly language?: Language;
}

/** A running IMAP listener: `drain` lets sessions end. Disposing it cuts the connections at once. */
export type ImapServer = Listener;

/** Starts an IMAP4rev1 and IMAP4rev2 server (RFC 3501, RFC 9051). Rejects when the address cannot be had. */
export async function createImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const { clock, tls } = options;
  const implicit = implicitTls(options.tlsMode, tls);
  const limits = { ...defaultImapLimits, ...options.limits };
  const log = options.log.child({ service: 'imap' });
  const services: SessionServices = {
    mail: options.mail,
    authenticator: options.authenticator,
    clock,
    log,
    language: options.language ?? 'en',
    limits: { ...limits, appendBytes: Math.min(limits.appendBytes, options.mail.limits.maxMessageBytes) },
    commands: new Map(imapCommands.map(command => [command.name, command])),
    tls: options.tlsMode === 'starttls' ? tls : null,
    passwordsInPlain: passwordsInPlain(options),
  };
  return openService(options, {
    implicitTls: implicit,
    farewell: '* BYE [UNAVAILABLE] Too many connections\r\n',
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    log,
    session: connection => new Session(connection, services).run(),
  });
}
