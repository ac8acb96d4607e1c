import { systemScope } from '../../access/scope.ts';
import type { Timer } from '../../platform/clock.ts';
import { isMailError } from '../../platform/errors.ts';
import { dueSnoozedRows, nextSnoozeAt } from '../../store/accounts/push/snoozed-rows.ts';
import { KeptLease } from '../../store/nodes/kept-lease.ts';
import { dueSnoozes, type SnoozeDueRow, settleSnoozeDue } from '../../store/system/snooze-due.ts';
import type { PersonalContext } from '../context.ts';
import { wakeEmails } from './snooze.ts';

/** How often a process looks whether mail is due, ms: by so much it may be late. */
const tickMs = 5_000;
const leaseName = 'snoozed mail';
const mostAccounts = 50;
/** Mails of one account brought back in one transaction. */
const mostMails = 200;
/** When an account that could not be worked on is tried again, ms. */
const againMs = 60_000;

/** Brings snoozed mail back at its time, in one process of the group at a time. */
export interface SnoozeWaker extends AsyncDisposable {
  /** One round now; returns how many mails came back, null when another process has the work. */
  round(): Promise<number | null>;
}

/** Starts the work; what became due while nobody ran comes back with the first round. */
export function startSnoozeWaker(ctx: PersonalContext): SnoozeWaker {
  return new Waker(ctx);
}

class Waker implements SnoozeWaker {
  readonly #ctx: PersonalContext;
  readonly #lease: KeptLease;
  #timer: Timer | null = null;
  #ended = false;
  #working: Promise<unknown> = Promise.resolve();

  constructor(ctx: PersonalContext) {
    this.#ctx = ctx;
    this.#lease = new KeptLease({ database: ctx.database, clock: ctx.mailboxes.clock }, leaseName);
    this.#schedule();
  }

  round(): Promise<number | null> {
    const working = this.#round();
    this.#working = working.catch(() => undefined);
    return working;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#working;
    await this.#lease[Symbol.asyncDispose]();
  }

  async #round(): Promise<number | null> {
    const { database, mailboxes } = this.#ctx;
    const now = mailboxes.clock.now();
    const due = await dueSnoozes(database.look('due'), now, mostAccounts);
    if (due.length === 0) return 0;
    if (!(await this.#lease.take())) return null;
    let woken = 0;
    for (const row of due) {
      if (this.#ended || !(await this.#lease.take())) break;
      woken += await this.#work(row, now);
    }
    return woken;
  }

  /** What fails is tried again later: a bad account does not hold up the others. */
  async #work(row: SnoozeDueRow, now: number): Promise<number> {
    const { database, mailboxes } = this.#ctx;
    try {
      const { woken, next } = await this.#wake(row, now);
      await database.of(row.tenant_id).transact(tx => settleSnoozeDue(tx, row, next));
      return woken;
    } catch (error) {
      const gone = isMailError(error, 'account.not_found');
      if (!gone) mailboxes.log.warn('snooze.not_woken', { account: row.account_id, error });
      await database.of(row.tenant_id).transact(tx => settleSnoozeDue(tx, row, gone ? null : now + againMs));
      return 0;
    }
  }

  async #wake(
    row: SnoozeDueRow,
    now: number,
  ): Promise<{ readonly woken: number; readonly next: number | null }> {
    const { accounts } = this.#ctx.mailboxes;
    const scope = systemScope(row.tenant_id, row.account_id, 'snoozed mail');
    let woken = 0;
    for (;;) {
      const count = await accounts.transact(scope, async tx => {
        const rows = await dueSnoozedRows(tx, now, mostMails);
        if (rows.length > 0) await wakeEmails(this.#ctx, tx, scope, rows);
        return rows.length;
      });
      woken += count;
      if (count < mostMails) break;
    }
    return { woken, next: await accounts.read(scope, nextSnoozeAt) };
  }

  #schedule(): void {
    this.#timer = this.#ctx.mailboxes.clock.after(tickMs, () => {
      void this.round()
        .catch((error: unknown) => {
          if (!this.#ended) this.#ctx.mailboxes.log.error('snooze.round_failed', { error });
        })
        .finally(() => {
          if (!this.#ended) this.#schedule();
        });
    });
  }
}
