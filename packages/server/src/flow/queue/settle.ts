import type { SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import type { Diagnostic, Outcome, Setback } from '../outcome.ts';
import type { TraceEvent, TraceKind } from '../ports.ts';
import { type ReportEntry, wantsReport } from '../report/rules.ts';
import { recordTrace } from '../trace.ts';
import { nextAttempt } from './backoff.ts';
import { factsOf } from './queued.ts';
import { SenderNews } from './sender-news.ts';
import { withdrawnEvent } from './take-back.ts';

/** A recipient and what its attempt came to. */
export interface Attempted {
  readonly recipient: SpoolRecipient;
  readonly outcome: Outcome;
}

/** Tells the sender of a message; see `report.ts`. */
export interface Reporter {
  /**
   * Sends one report about `entries` and, in the same transaction, removes the rows `settles` from the queue. Returns
   * the report's queue id, or null when there is nobody to tell; the rows are then still there.
   */
  report(
    message: SpoolMessage,
    entries: readonly ReportEntry[],
    settles: readonly number[],
  ): Promise<string | null>;
  /** Tells the postmaster, if there is one, that a report could not be sent. Never fails. */
  tellPostmaster(message: SpoolMessage, entries: readonly ReportEntry[]): Promise<void>;
}

/** Writes what an attempt came to into the queue: done, again later, or given up and reported. */
export class Settlement {
  readonly #context: FlowContext;
  readonly #reporter: Reporter;
  readonly #news: SenderNews;

  constructor(context: FlowContext, reporter: Reporter) {
    this.#context = context;
    this.#reporter = reporter;
    this.#news = new SenderNews(context);
  }

  /** Settles one attempt. Recipients that another process has taken over meanwhile are left to it. */
  async settle(message: SpoolMessage, attempted: readonly Attempted[]): Promise<void> {
    const done: SpoolRecipient[] = [];
    const reports: ReportEntry[] = [];
    const delays: ReportEntry[] = [];
    for (const { recipient, outcome } of attempted) {
      const final = this.#final(message, outcome);
      this.#trace(message, recipient, final, final === outcome ? null : 'expired');
      if (final.kind === 'deferred') {
        const delay = await this.#defer(message, recipient, final);
        if (delay) delays.push(delay);
        continue;
      }
      const entry = entryOf(recipient, final);
      // A report that is lost is said so even though it asked for nothing: RFC 3461 §5.2, §6.1.
      const lostReport = entry.action === 'failed' && message.reversePath === '';
      if (wantsReport(entry) || lostReport) reports.push(entry);
      else done.push(recipient);
    }
    await this.#finish(message, done, reports);
    if (delays.length > 0) await this.#tell(message, delays, []);
  }

  /** Lets go of recipients of a mail that its sender called back: nobody is told, the history says it. */
  async withdraw(message: SpoolMessage, recipients: readonly SpoolRecipient[]): Promise<void> {
    const now = this.#context.clock.now();
    await this.#context.spool.complete(recipients.map(({ id }) => id));
    const events = recipients.map(({ address }) => withdrawnEvent(message, now, address));
    await recordTrace(this.#context, events);
  }

  /** The outcome, with a delay made final once the message's time is over (RFC 5321 §4.5.4.1, RFC 3463 X.4.7). */
  #final(message: SpoolMessage, outcome: Outcome): Outcome {
    if (outcome.kind !== 'deferred' || this.#context.clock.now() < message.expiresAt) return outcome;
    return { kind: 'failed', diagnostic: { ...outcome.diagnostic, status: '5.4.7' } };
  }

  /** Plans the next attempt. Returns what to tell the sender, once, when the message is late. */
  async #defer(
    message: SpoolMessage,
    recipient: SpoolRecipient,
    outcome: Setback,
  ): Promise<ReportEntry | null> {
    const { clock, limits, spool, log } = this.#context;
    const now = clock.now();
    const entry = { ...entryOf(recipient, outcome), until: message.expiresAt };
    const noticeAt = this.#noticeAt(message, entry);
    const report = noticeAt !== null && noticeAt <= now;
    const waits = recipient.kind === 'local' ? limits.localBackoffMs : limits.backoffMs;
    const latest = noticeAt !== null && !report ? Math.min(noticeAt, message.expiresAt) : message.expiresAt;
    const attempts = recipient.attempts + 1;
    const due = nextAttempt(now, attempts, waits, limits.backoffJitter, latest, Math.random());
    const details = report ? { ...recipient.details, delayReported: true } : undefined;
    const { status, text, remote } = outcome.diagnostic;
    const error = { code: status, text, ...(remote ? { remote: remote.host } : {}) };
    log.info('flow.deferred', { queueId: message.queueId, recipient: recipient.address, due, status, text });
    const ours = await spool.retry(recipient.id, due, error, details);
    return ours && report ? entry : null;
  }

  /** When the sender hears of the delay; null when never or already told. */
  #noticeAt(message: SpoolMessage, entry: ReportEntry): number | null {
    const { delayNoticeAfterMs } = this.#context.limits;
    if (delayNoticeAfterMs === null || entry.recipient.details.delayReported === true) return null;
    if (message.reversePath === '' || !this.#mayTell(message, entry) || !wantsReport(entry)) return null;
    return message.acceptedAt + delayNoticeAfterMs;
  }

  async #finish(message: SpoolMessage, done: SpoolRecipient[], reports: ReportEntry[]): Promise<void> {
    const { spool } = this.#context;
    const silent = reports.filter(entry => !this.#mayTell(message, entry));
    const loud = reports.filter(entry => this.#mayTell(message, entry));
    const complete = [...done, ...silent.map(entry => entry.recipient)].map(recipient => recipient.id);
    if (complete.length > 0) await spool.complete(complete);
    const lost = silent.filter(entry => entry.action === 'failed');
    if (lost.length > 0) await this.#unreported(message, lost);
    if (loud.length === 0) return;
    const ids = loud.map(entry => entry.recipient.id);
    const ours = new Set(await spool.renew(ids));
    const mine = loud.filter(entry => ours.has(entry.recipient.id));
    if (mine.length === 0) return;
    const mineIds = mine.map(entry => entry.recipient.id);
    if (await this.#tell(message, mine, mineIds)) return;
    await spool.complete(mineIds);
    await this.#unreported(
      message,
      mine.filter(entry => entry.action === 'failed'),
    );
  }

  /** Sends a report; false when it cannot be. Temporary failures of the store are thrown: the lease brings it back. */
  async #tell(message: SpoolMessage, entries: readonly ReportEntry[], settles: number[]): Promise<boolean> {
    const reportId = await this.#reporter.report(message, entries, settles);
    if (reportId === null) return false;
    void recordTrace(
      this.#context,
      entries.map(({ recipient, diagnostic }) => ({
        ...this.#event(message, recipient, diagnostic),
        kind: 'notified',
        note: reportId,
      })),
    );
    return true;
  }

  /** Whether the sender may be told at all: never for a null reverse-path, outsiders only as the policy says. */
  #mayTell(message: SpoolMessage, entry: ReportEntry): boolean {
    if (message.reversePath === '') return false;
    if (factsOf(message).own || this.#context.reports.outsiders) return true;
    return entry.action !== 'failed' && entry.action !== 'delayed';
  }

  async #unreported(message: SpoolMessage, entries: readonly ReportEntry[]): Promise<void> {
    if (entries.length === 0) return;
    void recordTrace(
      this.#context,
      entries.map(({ recipient, diagnostic }) => ({
        ...this.#event(message, recipient, diagnostic),
        kind: 'unreported',
        note: message.reversePath === '' ? 'double bounce' : 'sender outside',
      })),
    );
    const recipients = entries.map(entry => entry.recipient.address);
    this.#context.log.warn('flow.unreported', { queueId: message.queueId, recipients });
    await this.#reporter.tellPostmaster(message, entries);
  }

  #trace(message: SpoolMessage, recipient: SpoolRecipient, outcome: Outcome, as: TraceKind | null): void {
    const event = this.#event(message, recipient, outcome.diagnostic);
    const delivered = outcome.kind === 'delivered' && outcome.dsn !== 'here' ? 'relayed' : outcome.kind;
    const kind = as ?? delivered;
    // What checks found suspicious is counted (STA-04), wherever the owner's own rules put it.
    const junk = kind === 'delivered' && recipient.details.junk === true;
    const recorded = recordTrace(this.#context, [{ ...event, kind, note: junk ? 'junk' : null }]);
    this.#news.moved(message, recorded);
  }

  #event(
    message: SpoolMessage,
    recipient: SpoolRecipient,
    diagnostic: Diagnostic,
  ): Omit<TraceEvent, 'kind' | 'note'> {
    return {
      queueId: message.queueId,
      tenantId: message.tenantId,
      at: this.#context.clock.now(),
      sender: message.reversePath,
      recipient: recipient.address,
      size: message.blob.size + message.prefix.length,
      diagnostic,
      messageId: null,
    };
  }
}

function entryOf(recipient: SpoolRecipient, outcome: Outcome): ReportEntry {
  const { diagnostic } = outcome;
  if (outcome.kind !== 'delivered') {
    const action = outcome.kind === 'deferred' ? 'delayed' : 'failed';
    return { recipient, diagnostic, action, reportedBy: 'us' };
  }
  const { dsn } = outcome;
  const here = recipient.kind === 'bounce' ? 'expanded' : 'delivered';
  const action = dsn === 'here' ? here : 'relayed';
  return { recipient, diagnostic, action, reportedBy: dsn === 'next' ? 'next' : 'us' };
}
