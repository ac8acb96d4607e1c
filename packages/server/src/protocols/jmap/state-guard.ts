import { MethodError, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { RequestState } from './method.ts';

type Accounts = MailboxContext['accounts'];
type Reader = Parameters<Parameters<Accounts['read']>[1]>[0];
type Transaction = Parameters<Parameters<Accounts['transact']>[1]>[0];

/** The state of a type in a snapshot. */
export type PresentState = (reader: Reader) => Promise<string>;

function readerOf(tx: Transaction): Reader {
  return {
    accountId: tx.accountId,
    memory: tx.memory,
    all: tx.all.bind(tx),
    get: tx.get.bind(tx),
    arrays: tx.arrays.bind(tx),
    state: async () => tx.state,
  };
}

/** The accounts as a `/set` with `ifInState` sees them: the transaction that moves the state first checks it. */
class GuardedAccounts {
  readonly #accounts: Accounts;
  readonly #scope: Scope;
  readonly #expected: string;
  readonly #present: PresentState;
  #turn: Promise<unknown> = Promise.resolve();
  #moved = false;
  /** Whether somebody else was faster. */
  missed = false;

  constructor(accounts: Accounts, scope: Scope, expected: string, present: PresentState) {
    this.#accounts = accounts;
    this.#scope = scope;
    this.#expected = expected;
    this.#present = present;
  }

  get accounts(): Accounts {
    const inner = this.#accounts;
    return {
      read: inner.read.bind(inner),
      transact: this.#transact,
      create: inner.create.bind(inner),
      exists: inner.exists.bind(inner),
      path: inner.path.bind(inner),
      release: inner.release.bind(inner),
      remove: inner.remove.bind(inner),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  }

  readonly #transact: Accounts['transact'] = (account, work, options) => {
    if (this.#moved || account.accountId !== this.#scope.accountId) {
      return this.#accounts.transact(account, work, options);
    }
    // One after the other until the state has moved by our own doing: later ones must not take that for somebody else's.
    const turn = this.#turn.then(async () => {
      if (this.#moved) return this.#accounts.transact(account, work, options);
      let moves = false;
      const result = await this.#accounts.transact(
        account,
        async tx => {
          const reader = readerOf(tx);
          if (this.missed || (await this.#present(reader)) !== this.#expected) {
            this.missed = true;
            throw new SetError('serverFail', 'the state has moved');
          }
          const done = await work(tx);
          moves = (await this.#present(readerOf(tx))) !== this.#expected;
          return done;
        },
        options,
      );
      this.#moved = moves;
      return result;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  };
}

/**
 * Runs the changes of a `/set` so that `ifInState` holds when the first of them is written, not only when it was looked at
 * (RFC 8620 §5.3): of two clients that name the same state one is told `stateMismatch`, whatever process it talks to.
 */
export async function guarded<T>(
  request: RequestState,
  scope: Scope,
  expected: string | null,
  present: PresentState,
  run: (request: RequestState) => Promise<T>,
): Promise<T> {
  if (expected === null) return run(request);
  const { ctx } = request;
  const guard = new GuardedAccounts(ctx.mailboxes.accounts, scope, expected, present);
  const mailboxes = { ...ctx.mailboxes, accounts: guard.accounts };
  const personal = { ...ctx.personal, mailboxes };
  const scripts = { ...ctx.scripts, accounts: guard.accounts };
  try {
    const result = await run({ ...request, ctx: { ...ctx, mailboxes, personal, scripts } });
    if (!guard.missed) return result;
  } catch (error) {
    if (!guard.missed) throw error;
  }
  throw new MethodError('stateMismatch');
}
