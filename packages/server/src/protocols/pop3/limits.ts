/** What one POP3 session may take, hold and do. Sizes are octets, times ms. */
export interface Pop3Limits {
  /** One command with its line end. RFC 2449 §4 asks for 255; names and passwords in UTF-8 may be longer. */
  readonly commandBytes: number;
  /** One line inside AUTH (RFC 5034 §4). */
  readonly saslLineBytes: number;
  /** Bad commands in a row after which the connection ends. */
  readonly badCommands: number;
  /** Failed sign-ins after which the connection ends. */
  readonly failedSignIns: number;
  /** Each failed sign-in of a connection is answered this much later than the one before. */
  readonly signInDelayMs: number;
  /** Without signing in. */
  readonly strangerIdleMs: number;
  /** Signed in; RFC 1939 §3 asks for at least 10 minutes. */
  readonly sessionIdleMs: number;
  readonly tlsHandshakeMs: number;
  /** Output that is collected before it goes out. */
  readonly outputBytes: number;
}

export const defaultPop3Limits: Pop3Limits = {
  commandBytes: 2_048,
  saslLineBytes: 12_288,
  badCommands: 20,
  failedSignIns: 5,
  signInDelayMs: 1_000,
  strangerIdleMs: 60_000,
  sessionIdleMs: 10 * 60_000,
  tlsHandshakeMs: 30_000,
  outputBytes: 32 * 1024,
};
