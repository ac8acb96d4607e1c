/** Bounds of what a peer may make us read and keep. Sizes are octets. */
export interface ImapLimits {
  /** One command without its literals. RFC 9051 §4 asks for no less than 8,192. */
  readonly lineBytes: number;
  /** One literal that is kept in memory (everything but message texts). */
  readonly literalBytes: number;
  /** One command with the literals kept in memory. */
  readonly commandBytes: number;
  /** Parentheses, NOT and OR inside one another. */
  readonly depth: number;
  /** Items of one list, and search keys of one command. */
  readonly listItems: number;
  /** Ranges of one sequence set. */
  readonly setRanges: number;
  /** One flag or keyword. */
  readonly flagBytes: number;
}

/** Limits of a signed-in session. Sync clients name tens of thousands of UIDs in one line. */
export const sessionLimits: ImapLimits = {
  lineBytes: 128 * 1024,
  literalBytes: 64 * 1024,
  commandBytes: 256 * 1024,
  depth: 32,
  listItems: 1_000,
  setRanges: 20_000,
  flagBytes: 128,
};

/** Limits before anybody has signed in: enough for a long token. */
export const strangerLimits: ImapLimits = {
  ...sessionLimits,
  lineBytes: 16 * 1024,
  literalBytes: 4 * 1024,
  commandBytes: 20 * 1024,
};
