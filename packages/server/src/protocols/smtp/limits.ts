import type { MinimumRate } from '../../platform/net/watchdog.ts';

/** Bounds of what one peer may do. */
export interface SmtpLimits {
  readonly connections: number;
  /** Per IPv4 address or IPv6 /64. */
  readonly connectionsPerAddress: number;
  /** Time for one command or piece of data (RFC 5321 §4.5.3.2.7: at least 5 minutes). */
  readonly idleMs: number;
  /** Slowest transfer of a message. */
  readonly minimumRate: MinimumRate;
  readonly handshakeMs: number;
  /** Longest command line with CRLF: the 512 of RFC 5321 §4.5.3.1.4 plus what the extensions add. */
  readonly commandBytes: number;
  /** Longest line within AUTH (RFC 4954 §4: 12288). */
  readonly authLineBytes: number;
  /** Unknown, malformed or misplaced commands before the connection is closed. */
  readonly badCommands: number;
  /** Refusals of any kind since the last accepted message before the connection is closed. */
  readonly failures: number;
  /** Unknown recipients that strangers of one network may ask for within the window, before they are told nothing more. */
  readonly unknownRecipients: number;
  readonly unknownWindowMs: number;
  /** Failed sign-ins before the connection is closed. */
  readonly authFailures: number;
  /** MAILMAX of RFC 9422. */
  readonly mailsPerConnection: number;
  /** Bytes of a refused message that are read on to stay in step before the connection is closed instead. */
  readonly discardBytes: number;
}

export const defaultSmtpLimits: SmtpLimits = {
  connections: 2000,
  connectionsPerAddress: 50,
  idleMs: 5 * 60_000,
  minimumRate: { bytes: 4 * 1024, windowMs: 60_000 },
  handshakeMs: 30_000,
  commandBytes: 2048,
  authLineBytes: 12_288,
  badCommands: 20,
  failures: 200,
  unknownRecipients: 100,
  unknownWindowMs: 60 * 60_000,
  authFailures: 3,
  mailsPerConnection: 1000,
  discardBytes: 64 * 1024 * 1024,
};
