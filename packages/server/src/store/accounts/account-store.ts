import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { PostgresPlace } from '../engines/open-database.ts';
import type { ReadOptions, SqlTransaction, TransactOptions } from '../sql/port.ts';
import type { AccountKey } from './account-key.ts';
import {
  type AccountState,
  insertState,
  lockState,
  markInUse,
  needsMark,
  needsRestoreMark,
  readState,
  writeState,
} from './account-state.ts';
import {
  type AccountReader,
  type AccountTransaction,
  accountReader,
  OpenAccountTransaction,
} from './account-transaction.ts';
import type { MovableAccounts } from './moving/movable-accounts.ts';
import {
  AccountMoved,
  markMoved,
  movedTo,
  ownFile,
  placementText,
  samePlacement,
} from './moving/moved-mark.ts';
import { cacheKiB, type OpenFile, openFile, openShared } from './open-file.ts';
import { ownFiles, type Placement, type PlacementSource, placementFile } from './placement.ts';
import { OpenPlaces } from './places/open-places.ts';
import { removeAccountRows } from './places/remove-rows.ts';
import { makeTemplate, placeTemplate } from './places/template.ts';

/** The only doors to an account's data. Safe with several processes on the same files. */
export interface AccountStore extends AsyncDisposable {
  /**
   * Runs `work` in one snapshot of the account. Throws `account.not_found`. Wait for nothing but the reader in it. `brief`:
   * a few small statements, of which many come at a time.
   */
  read<T>(
    account: AccountKey,
    work: (reader: AccountReader) => Promise<T>,
    options?: Pick<ReadOptions, 'brief' | 'thorough'>,
  ): Promise<T>;
  /**
   * Runs `work` in one transaction of the account; all or nothing, and again from the start when the file is busy.
   * `relaxed` only for changes of flags. Throws `account.not_found`.
   */
  transact<T>(
    account: AccountKey,
    work: (tx: AccountTransaction) => Promise<T>,
    options?: TransactOptions,
  ): Promise<T>;
  /** Makes the account's rows if they are missing, and runs `first` in the same transaction if so. Returns whether. */
  create(account: AccountKey, first: (tx: AccountTransaction) => Promise<void>): Promise<boolean>;
  /** Whether the account has rows here. */
  exists(account: AccountKey): Promise<boolean>;
  /** Path of the database file that holds the account. Throws `store.unavailable` when it is in no file. */
  path(account: AccountKey): Promise<string>;
  /** Closes the account's file if nobody is using it. Returns whether nothing is open now; there is no file in PostgreSQL. */
  release(account: AccountKey): Promise<boolean>;
  /** Removes the account's own file, or its rows where many share a database, for ever. The account must be out of use. */
  remove(account: AccountKey): Promise<void>;
}

export interface AccountStoreOptions {
  /** Folder that holds `tenants/` and `shards/`. */
  readonly dataFolder: string;
  /**
   * Names the group of processes that work on the data together. All of them pass the same id; a group that starts anew
   * passes a new one. What another id left without goodbye makes the epoch rule act.
   */
  readonly bootId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly placement?: PlacementSource;
  /** Where the PostgreSQL databases of that name are, for accounts that are placed there. */
  readonly postgres?: (location: string) => PostgresPlace;
  /** Most files open at a time. */
  readonly maxOpen?: number;
  /** A file that nobody used for so long is closed, ms. */
  readonly idleMs?: number;
}

/** Thrown inside a relaxed transaction that has to mark the account: only a durable commit may do that. */
class NeedsDurableCommit extends Error {}

/** Longest chain of moves that is followed at once. */
const mostHops = 4;

class PlacedAccountStore implements MovableAccounts {
  readonly #options: AccountStoreOptions;
  readonly #placement: PlacementSource;
  readonly #open: OpenPlaces;
  /** Where accounts went that were found to have moved. */
  readonly #moved = new Map<number, Placement>();
  #template: Promise<Uint8Array> | null = null;

  constructor(options: AccountStoreOptions) {
    this.#options = options;
    this.#placement = options.placement ?? ownFiles;
    this.#open = new OpenPlaces(options);
  }

  async path(account: AccountKey): Promise<string> {
    return this.#file(account, await this.#where(account));
  }

  async read<T>(
    account: AccountKey,
    work: (reader: AccountReader) => Promise<T>,
    options: Pick<ReadOptions, 'brief' | 'thorough'> = {},
  ): Promise<T> {
    return this.#using(account, file =>
      file.database.read(
        async reader => {
          const open = accountReader(reader, account.accountId, file.memory(account.accountId));
          // Most work asks for it anyway, and it tells whether the account has moved away.
          const { bootId } = await open.state();
          const to = movedTo(bootId);
          if (to) throw new AccountMoved(to);
          return work(open);
        },
        { ...options, account: account.accountId, tenant: account.tenantId },
      ),
    );
  }

  async transact<T>(
    account: AccountKey,
    work: (tx: AccountTransaction) => Promise<T>,
    options: TransactOptions = {},
  ): Promise<T> {
    return this.#using(account, async file => {
      // A database server has no process to die with: what it lost, it would lose with nobody marking it.
      if (file.keepsAll)
        return file.database.transact(tx => this.#work(file, tx, account, work, false), {
          ...(options.durability === 'batched' && { durability: 'batched' }),
          account: account.accountId,
          tenant: account.tenantId,
        });
      const relaxed = options.durability === 'relaxed';
      try {
        return await file.database.transact(tx => this.#work(file, tx, account, work, relaxed), options);
      } catch (error) {
        if (!(error instanceof NeedsDurableCommit)) throw error;
        return file.database.transact(tx => this.#work(file, tx, account, work, false));
      }
    });
  }

  async create(account: AccountKey, first: (tx: AccountTransaction) => Promise<void>): Promise<boolean> {
    if (await this.exists(account)) return false;
    const placement = await this.#where(account, true);
    if (placement.kind !== 'postgres') await this.#makeFile(account, placement);
    return this.#using(account, file =>
      file.database.transact(
        async tx => {
          const now = this.#options.clock.now();
          const fresh = await insertState(tx, account.accountId, this.#options.bootId, now);
          if (fresh) await this.#work(file, tx, account, first, false);
          return fresh;
        },
        { account: account.accountId },
      ),
    );
  }

  async exists(account: AccountKey): Promise<boolean> {
    const missing = (placement: Placement): boolean =>
      placement.kind !== 'postgres' && !existsSync(this.#file(account, placement));
    if (missing(await this.#where(account)) && missing(await this.#where(account, true))) return false;
    try {
      await this.read(account, reader => reader.state());
      return true;
    } catch (error) {
      if (isMailError(error, 'account.not_found')) return false;
      throw error;
    }
  }

  async release(account: AccountKey): Promise<boolean> {
    const placement = await this.#where(account);
    return placement.kind === 'postgres' || this.#open.release(this.#file(account, placement));
  }

  async remove(account: AccountKey): Promise<void> {
    const placement = await this.placementOf(account);
    if (placement.kind !== 'file') {
      return this.#at(account, placement, file => removeAccountRows(file.database, account.accountId));
    }
    if (!(await this.release(account))) throw new MailError('store.busy', { account: account.accountId });
    const path = this.#file(account, placement);
    for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
  }

  async useAt<T>(
    account: AccountKey,
    placement: Placement,
    work: (file: OpenFile) => Promise<T>,
    make = false,
  ): Promise<T> {
    if (make && placement.kind !== 'postgres') await this.#makeFile(account, placement);
    return this.#at(account, placement, work);
  }

  async placementOf(account: AccountKey): Promise<Placement> {
    const said = await this.#where(account, true);
    return (await this.whereabouts(account, said)) ?? said;
  }

  async whereabouts(account: AccountKey, placement: Placement): Promise<Placement | null> {
    let at = placement;
    for (let hop = 0; hop < mostHops; hop += 1) {
      const bootId = await this.#markAt(account, at);
      if (bootId === null) return null;
      const to = movedTo(bootId);
      if (!to) return at;
      at = to;
    }
    throw new MailError('store.corrupt', { reason: 'marks of moves go in a circle' });
  }

  async seal(
    account: AccountKey,
    from: Placement,
    to: Placement,
    work: (tx: SqlTransaction, state: AccountState) => Promise<void>,
  ): Promise<void> {
    const { accountId } = account;
    await this.#at(account, from, file =>
      file.database.transact(
        async tx => {
          const state = { ...(await lockState(tx, accountId)) };
          if (movedTo(state.bootId)) throw new MailError('conflict.state', { reason: 'moved already' });
          if (file.keepsAll ? needsRestoreMark(state) : needsMark(state, this.#options.bootId)) {
            await markInUse(tx, accountId, state, this.#options.bootId);
            await writeState(tx, accountId, state);
          }
          await work(tx, state);
          await markMoved(tx, accountId, to);
        },
        { account: accountId },
      ),
    );
    this.#moved.set(accountId, to);
  }

  async leftBehind(account: AccountKey, here: Placement, places: readonly Placement[]): Promise<Placement[]> {
    const found: Placement[] = [];
    for (const place of [...places, { kind: 'file', location: ownFile } as const]) {
      if (samePlacement(place, here) || found.some(other => samePlacement(other, place))) continue;
      const bootId = await this.#markAt(account, place);
      if (bootId !== null && movedTo(bootId)) found.push(place);
    }
    return found;
  }

  async removeFrom(account: AccountKey, placement: Placement): Promise<void> {
    const { accountId } = account;
    const bootId = await this.#markAt(account, placement);
    if (bootId === null) return;
    if (!movedTo(bootId)) throw new MailError('conflict.state', { reason: 'the account is there' });
    if (placement.kind !== 'file') {
      return this.#at(account, placement, file => removeAccountRows(file.database, accountId));
    }
    const path = this.#file(account, placement);
    await this.#open.forget(path);
    for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open[Symbol.asyncDispose]();
  }

  async #work<T>(
    file: OpenFile,
    tx: SqlTransaction,
    account: AccountKey,
    work: (tx: AccountTransaction) => Promise<T>,
    relaxed: boolean,
  ): Promise<T> {
    const { accountId } = account;
    const { bootId, log } = this.#options;
    const state = { ...(await lockState(tx, accountId)) };
    const gone = movedTo(state.bootId);
    if (gone) throw new AccountMoved(gone);
    const mark = file.keepsAll ? needsRestoreMark(state) : needsMark(state, bootId);
    if (mark) {
      if (relaxed) throw new NeedsDurableCommit();
      const { raised } = await markInUse(tx, accountId, state, bootId);
      if (raised) {
        tx.afterCommit(() => log.warn('account.epoch_raised', { account: accountId, epoch: state.epoch }));
      }
    }
    file.wrote = true;
    const open = new OpenAccountTransaction(tx, accountId, file.memory(accountId), state, mark);
    const result = await work(open);
    await open.finish();
    return result;
  }

  /** Where the account was last seen; `fresh`: what the table of placements says now. */
  async #where(account: AccountKey, fresh = false): Promise<Placement> {
    if (fresh) this.#moved.delete(account.accountId);
    return this.#moved.get(account.accountId) ?? this.#placement(account, fresh);
  }

  /** Runs `work` where the account is, following it when it has moved. */
  async #using<T>(account: AccountKey, work: (file: OpenFile) => Promise<T>): Promise<T> {
    let placement = await this.#where(account);
    for (let hop = 0; ; hop += 1) {
      try {
        return await this.#at(account, placement, work);
      } catch (error) {
        if (hop >= mostHops) throw error;
        if (error instanceof AccountMoved) {
          // What is open may be a file that is gone: the account may come back to a new one of that name.
          if (placement.kind === 'file') void this.#open.forget(this.#file(account, placement));
          this.#moved.set(account.accountId, error.to);
          placement = error.to;
        } else if (isMailError(error, 'account.not_found')) {
          const fresh = await this.#where(account, true);
          if (samePlacement(fresh, placement)) throw error;
          placement = fresh;
        } else {
          throw error;
        }
      }
    }
  }

  /** Boot id in the state of a copy; null when there is none. */
  async #markAt(account: AccountKey, placement: Placement): Promise<string | null> {
    if (placement.kind !== 'postgres' && !existsSync(this.#file(account, placement))) return null;
    const { accountId } = account;
    return this.#at(account, placement, ({ database }) =>
      database.read(async reader => (await readState(reader, accountId))?.bootId ?? null, {
        account: accountId,
      }),
    );
  }

  async #at<T>(account: AccountKey, placement: Placement, work: (file: OpenFile) => Promise<T>): Promise<T> {
    if (placement.kind === 'postgres') {
      return this.#open.use(placementText(placement), () => this.#openShared(placement.location), work);
    }
    const cache = placement.kind === 'shard' ? cacheKiB.shared : cacheKiB.own;
    return this.#open.use(this.#file(account, placement), path => this.#openFile(path, cache), work);
  }

  #file(account: AccountKey, placement: Placement): string {
    return placementFile(this.#options.dataFolder, account, placement);
  }

  async #makeFile(account: AccountKey, placement: Placement): Promise<void> {
    const path = this.#file(account, placement);
    if (existsSync(path)) return;
    this.#template ??= makeTemplate(
      join(this.#options.dataFolder, 'tenants'),
      this.#options.clock.now(),
    ).catch((error: unknown) => {
      this.#template = null;
      throw error;
    });
    placeTemplate(path, await this.#template);
  }

  #openFile(path: string, cache: number): Promise<OpenFile> {
    if (!existsSync(path)) throw new MailError('account.not_found');
    return openFile(path, this.#options.clock.now(), cache);
  }

  #openShared(location: string): Promise<OpenFile> {
    const { postgres, clock } = this.#options;
    if (!postgres) throw new MailError('store.unavailable', { reason: 'placement', kind: 'postgres' });
    return openShared(postgres(location), clock.now());
  }
}

/** The store over SQLite files and PostgreSQL databases, by placement. */
export function openAccountStore(options: AccountStoreOptions): MovableAccounts {
  return new PlacedAccountStore(options);
}
