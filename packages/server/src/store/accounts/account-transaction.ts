import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction, SqlValue, Statement } from '../sql/port.ts';
import type { AccountMemory } from './account-memory.ts';
import { type AccountState, type MutableAccountState, requireState, writeState } from './account-state.ts';

/** Reading one account in one snapshot. */
export interface AccountReader extends SqlReader {
  readonly accountId: AccountId;
  readonly memory: AccountMemory;
  /** The account's row, in the same snapshot. */
  state(): Promise<AccountState>;
}

/** Types whose highest modseq is kept apart, for JMAP states (RFC 8620 §5.2). */
export type ChangeType = 'mail' | 'mailbox' | 'thread';

/** Reading and writing one account in one transaction. The counters are written back at its end. */
export interface AccountTransaction extends SqlTransaction {
  readonly accountId: AccountId;
  readonly memory: AccountMemory;
  /** The row as this transaction will leave it. */
  readonly state: AccountState;
  /** The modseq of this transaction: taken at the first call, the same ever after. Says which types change. */
  takeModseq(...types: readonly ChangeType[]): number;
  takeMessageId(): number;
  takeMailboxId(): number;
  takeKeywordId(): number;
  /** A UIDVALIDITY that no mailbox of the account ever had (RFC 9051 §2.3.1.1). */
  takeUidValidity(now: number): number;
  /** Adds to what the account uses; negative to give back. */
  use(bytes: number, count: number): void;
  /** Records that changes at or below `modseq` cannot be told any more, and when that was decided. */
  prunedTo(modseq: number, now: number): void;
}

/** An `AccountReader` over a snapshot. */
export function accountReader(reader: SqlReader, accountId: AccountId, memory: AccountMemory): AccountReader {
  let state: Promise<AccountState> | null = null;
  return {
    accountId,
    memory,
    all: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      reader.all<Row>(query, ...parameters),
    get: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      reader.get<Row>(query, ...parameters),
    arrays: (query: Statement, ...parameters: SqlValue[]) => reader.arrays(query, ...parameters),
    state: () => {
      state ??= requireState(reader, accountId);
      return state;
    },
  };
}

const maxUidValidity = 0xffff_ffff;

/** The transaction object of one account, over a transaction of its database. */
export class OpenAccountTransaction implements AccountTransaction {
  readonly accountId: AccountId;
  readonly memory: AccountMemory;
  readonly #tx: SqlTransaction;
  readonly #state: MutableAccountState;
  #modseq: number | null = null;
  #dirty: boolean;

  constructor(
    tx: SqlTransaction,
    accountId: AccountId,
    memory: AccountMemory,
    state: MutableAccountState,
    dirty: boolean,
  ) {
    this.#tx = tx;
    this.accountId = accountId;
    this.memory = memory;
    this.#state = state;
    this.#dirty = dirty;
  }

  get state(): AccountState {
    return this.#state;
  }

  all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]> {
    return this.#tx.all<Row>(query, ...parameters);
  }

  get<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row | undefined> {
    return this.#tx.get<Row>(query, ...parameters);
  }

  arrays(query: Statement, ...parameters: SqlValue[]): Promise<SqlValue[][]> {
    return this.#tx.arrays(query, ...parameters);
  }

  run(query: Statement, ...parameters: SqlValue[]): Promise<number> {
    return this.#tx.run(query, ...parameters);
  }

  afterCommit(effect: () => void): void {
    this.#tx.afterCommit(effect);
  }

  takeModseq(...types: readonly ChangeType[]): number {
    if (this.#modseq === null) {
      this.#modseq = this.#state.modseq + 1;
      this.#state.modseq = this.#modseq;
      this.#dirty = true;
    }
    for (const type of types) {
      if (type === 'mail') this.#state.mailModseq = this.#modseq;
      else if (type === 'mailbox') this.#state.mailboxModseq = this.#modseq;
      else this.#state.threadModseq = this.#modseq;
    }
    return this.#modseq;
  }

  takeMessageId(): number {
    this.#dirty = true;
    return this.#state.nextMessage++;
  }

  takeMailboxId(): number {
    this.#dirty = true;
    return this.#state.nextMailbox++;
  }

  takeKeywordId(): number {
    this.#dirty = true;
    return this.#state.nextKeyword++;
  }

  takeUidValidity(now: number): number {
    const value = Math.max(this.#state.lastUidValidity + 1, Math.floor(now / 1000));
    if (value > maxUidValidity) throw new MailError('mailbox.limit', { limit: 'uidvalidity' });
    this.#state.lastUidValidity = value;
    this.#dirty = true;
    return value;
  }

  use(bytes: number, count: number): void {
    if (bytes === 0 && count === 0) return;
    this.#state.usedBytes += bytes;
    this.#state.usedCount += count;
    this.#dirty = true;
  }

  prunedTo(modseq: number, now: number): void {
    this.#state.floor = Math.max(this.#state.floor, modseq);
    this.#state.prunedAt = now;
    this.#dirty = true;
  }

  /** Writes the counters back. Called once, when the work is done. */
  async finish(): Promise<void> {
    if (this.#dirty) await writeState(this.#tx, this.accountId, this.#state);
  }
}
