import type { Authenticator } from '../../access/types.ts';
import type { MailAcceptor } from '../../flow/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { HarvestGuard } from './harvest-guard.ts';
import type { SmtpLimits } from './limits.ts';

/**
 * `mx`: takes mail from other servers (port 25). `submission`: takes mail from our users, with STARTTLS (587,
 * RFC 6409). `submissions`: the same with TLS from the first byte (465, RFC 8314).
 */
export type SmtpProfile = 'mx' | 'submission' | 'submissions';

export interface SmtpServerOptions {
  readonly profile: SmtpProfile;
  /** Our name in greetings. */
  readonly hostName: string;
  readonly listen: {
    readonly host: string;
    /** 0 lets the system choose. */
    readonly port: number;
    /** Proxies that speak the PROXY protocol to us. */
    readonly proxiesTrusted?: readonly string[];
  };
  /** Certificates; null offers no TLS (not possible with `submissions`). */
  readonly tls: TlsProvider | null;
  readonly acceptor: MailAcceptor;
  /** Null offers no AUTH; the `mx` profile never does. */
  readonly authenticator: Authenticator | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<SmtpLimits>;
  /** Lets clients on loopback sign in and send without TLS. */
  readonly allowPlainLoopback?: boolean;
  /** Counts connections together with other servers; by default each server counts its own. */
  readonly limiter?: ConnectionLimiter;
}

/** What a session is given: the options with every default filled in. */
export interface SmtpContext {
  readonly profile: SmtpProfile;
  readonly hostName: string;
  readonly tls: TlsProvider | null;
  readonly acceptor: MailAcceptor;
  readonly authenticator: Authenticator | null;
  readonly log: Log;
  readonly harvest: HarvestGuard;
  readonly limits: SmtpLimits;
  readonly allowPlainLoopback: boolean;
}
