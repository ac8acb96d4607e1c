import { type ImapLimits, sessionLimits, strangerLimits } from '@hongyan/formats/imap/limits.ts';

/** What one IMAP session may take, hold and do. */
export interface ImapSessionLimits {
  /** Commands before anybody has signed in. */
  readonly stranger: ImapLimits;
  /** Commands of a signed-in session. */
  readonly session: ImapLimits;
  /** Largest message taken by APPEND, octets; announced as APPENDLIMIT (RFC 7889). That of the mailboxes, if smaller, counts. */
  readonly appendBytes: number;
  /** A refused literal that is already on its way is read over up to this size, else the connection ends (RFC 7888 §4). */
  readonly skippedLiteralBytes: number;
  /** Bad commands in a row after which the connection ends. */
  readonly badCommands: number;
  /** Failed sign-ins after which the connection ends. */
  readonly failedSignIns: number;
  /** Each failed sign-in of a connection is answered this much later than the one before. */
  readonly signInDelayMs: number;
  /** Without signing in. */
  readonly strangerIdleMs: number;
  /** Signed in; RFC 9051 §5.4 asks for at least 30 minutes. */
  readonly sessionIdleMs: number;
  readonly tlsHandshakeMs: number;
  /** After so long a command tells that it is still at work, and then again and again (RFC 9585). */
  readonly progressMs: number;
  /** Searches whose results a session may follow at a time (RFC 5267 §4.3.1). */
  readonly searchContexts: number;
  /** Messages that may stand in the sorted ones of them, together. */
  readonly sortedContextMessages: number;
  /** Messages that one slice of STORE handles before others get their turn. */
  readonly sliceMessages: number;
  /** Output that is collected before it goes out, octets. */
  readonly outputBytes: number;
  /** Parts of messages up to this size are read in one piece, larger ones streamed; octets. */
  readonly wholeBytes: number;
}

export const defaultImapLimits: ImapSessionLimits = {
  stranger: strangerLimits,
  session: sessionLimits,
  appendBytes: 150 * 1024 * 1024,
  skippedLiteralBytes: 64 * 1024 * 1024,
  badCommands: 20,
  failedSignIns: 5,
  signInDelayMs: 1_000,
  strangerIdleMs: 60_000,
  sessionIdleMs: 30 * 60_000,
  tlsHandshakeMs: 30_000,
  progressMs: 10_000,
  searchContexts: 16,
  sortedContextMessages: 50_000,
  sliceMessages: 500,
  outputBytes: 64 * 1024,
  wholeBytes: 256 * 1024,
};
