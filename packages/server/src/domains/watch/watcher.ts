import { change } from '../../directory/context.ts';
import type { Timer } from '../../platform/clock.ts';
import { KeptLease } from '../../store/nodes/kept-lease.ts';
import {
  dueDomainStatuses,
  insertMissingStatuses,
  type NamedStatusRow,
  someStatusMissing,
} from '../../store/system/domains/status-rows.ts';
import { domainByName } from '../../store/system/tenants.ts';
import { workClaims } from '../claims/take-over.ts';
import type { DomainsContext } from '../context.ts';
import { lookAt } from '../status.ts';
import { endTrialDomain } from '../trial.ts';
import { applyReport } from './look.ts';

/** How often a process looks whether a domain is due, ms. */
const tickMs = 5_000;
const leaseName = 'domain watch';
const claimsEveryMs = 600_000;
const mostAtOnce = 20;

/** Keeps looking at domains, in one process of the group at a time. */
export interface DomainWatcher extends AsyncDisposable {
  /** One round now; returns how many domains were looked at, null when another process has the work. */
  round(): Promise<number | null>;
}

/** Starts to watch. Disposing it does not wait for name servers that do not answer. */
export function startDomainWatcher(ctx: DomainsContext): DomainWatcher {
  return new Watcher(ctx);
}

class Watcher implements DomainWatcher {
  readonly #ctx: DomainsContext;
  readonly #lease: KeptLease;
  #timer: Timer | null = null;
  #ended = false;
  #claimsAt = 0;
  /** Work on the store that is under way: what a stop waits for. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(ctx: DomainsContext) {
    this.#ctx = ctx;
    this.#lease = new KeptLease({ database: ctx.directory.database, clock: ctx.clock }, leaseName);
    this.#schedule();
  }

  async round(): Promise<number | null> {
    const { database } = this.#ctx.directory;
    const now = this.#ctx.clock.now();
    if (!(await this.#write(() => this.#lease.take()))) return null;
    if (await someStatusMissing(database.look('due'))) {
      await this.#write(() =>
        database.act('upkeep').transact(tx => insertMissingStatuses(tx, this.#ctx.clock.now())),
      );
    }
    const due = await dueDomainStatuses(database.look('due'), now, mostAtOnce);
    for (const row of due) {
      if (this.#ended || !(await this.#lease.take())) return due.length;
      await this.#look(row);
    }
    if (now - this.#claimsAt >= claimsEveryMs || now < this.#claimsAt) {
      this.#claimsAt = now;
      await workClaims(this.#ctx);
    }
    return due.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#writing.catch(() => undefined);
    await this.#lease[Symbol.asyncDispose]();
  }

  async #look(row: NamedStatusRow): Promise<void> {
    const ctx = this.#ctx;
    if (row.trial === 1) {
      const over = row.successor_until !== null && row.successor_until <= ctx.clock.now();
      if (over)
        await this.#write(() => change(ctx.directory, row.tenant_id, tx => endTrialDomain(ctx, tx, row)));
      return;
    }
    const domain = await domainByName(ctx.directory.database.of(row.tenant_id), row.name);
    if (domain?.id !== row.domain_id) return;
    const report = await lookAt(ctx, domain);
    if (this.#ended || !(await this.#lease.take())) return;
    await this.#write(() => applyReport(ctx, domain, report));
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    const writing = work();
    this.#writing = writing;
    return writing;
  }

  #schedule(): void {
    this.#timer = this.#ctx.clock.after(tickMs, () => {
      void this.round()
        .catch((error: unknown) => {
          if (!this.#ended) this.#ctx.log.error('domains.watch_failed', { error });
        })
        .finally(() => {
          if (!this.#ended) this.#schedule();
        });
    });
  }
}
