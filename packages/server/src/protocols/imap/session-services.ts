import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Authenticator } from '../../access/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { Command } from './command.ts';
import type { ImapSessionLimits } from './limits.ts';

/** What sessions work with; the same for all of a server. */
export interface SessionServices {
  readonly mail: MailboxContext;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: Log;
  /** What `LANGUAGE default` chooses (RFC 5255 §3.2). */
  readonly language: Language;
  readonly limits: ImapSessionLimits;
  readonly commands: ReadonlyMap<string, Command>;
  /** Certificates for STARTTLS; null where it cannot be had. */
  readonly tls: TlsProvider | null;
  /** Whether passwords may come over this connection in plain: loopback in a trial, else encrypted only (RFC 9051 §11.2). */
  readonly passwordsInPlain: (address: string) => boolean;
}
