/** What one ManageSieve session may take and do. */
export interface ManageSieveLimits {
  /** Longest line with its line end, octets. */
  readonly lineBytes: number;
  /** Literals of a command together before signing in: SASL responses. */
  readonly strangerBytes: number;
  /** Literals of a command together after signing in, above the largest script. */
  readonly commandBytes: number;
  /** A literal that is too large is read over up to this size, else the connection ends. */
  readonly skippedBytes: number;
  /** Bad commands in a row after which the connection ends. */
  readonly badCommands: number;
  /** Failed sign-ins after which the connection ends. */
  readonly failedSignIns: number;
  /** Each failed sign-in of a connection is answered this much later than the one before. */
  readonly signInDelayMs: number;
  /** Without signing in. */
  readonly strangerIdleMs: number;
  /** Signed in; RFC 5804 §1.5 asks for at least 30 minutes. */
  readonly sessionIdleMs: number;
  readonly tlsHandshakeMs: number;
}

export const defaultManageSieveLimits: ManageSieveLimits = {
  lineBytes: 8 * 1024,
  strangerBytes: 16 * 1024,
  commandBytes: 512 * 1024,
  skippedBytes: 16 * 1024 * 1024,
  badCommands: 10,
  failedSignIns: 5,
  signInDelayMs: 1_000,
  strangerIdleMs: 60_000,
  sessionIdleMs: 30 * 60_000,
  tlsHandshakeMs: 30_000,
};
