import type { SqlValue, Statement } from './port.ts';

/**
 * A line between the nodes that work on one database: what one sends, all hear that are connected at that moment. Nothing
 * is kept, and a connection that was lost is made again, so losing a message has to be harmless.
 */
export interface MessageChannel extends AsyncDisposable {
  /** Whether it is connected now. */
  readonly up: boolean;
  /** Hears what was sent, by this node too; after `up` and `down` whoever relies on messages looks by itself. */
  listen(listener: ChannelListener): Disposable;
  /** Sends texts of at most `maxMessageBytes`; false when there is no connection. Never throws. */
  send(messages: readonly string[]): Promise<boolean>;
  /**
   * Reads or writes with one statement on the connection, whose search path has the spool's and the accounts' tables.
   * Throws `store.unavailable` at once without a connection, and when the answer takes more than a few seconds.
   */
  all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]>;
  /** Resolves once it is connected; rejects with the last failure when that takes longer than `timeoutMs`. */
  connected(timeoutMs: number): Promise<void>;
}

export interface ChannelListener {
  message(text: string): void;
  up?(): void;
}

/** Longest message, bytes of UTF-8: PostgreSQL takes less than 8,000 (NOTIFY, §“Notes”). */
export const maxMessageBytes = 7_900;
