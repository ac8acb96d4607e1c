import { buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import { createPhrases, type Language, languageOf, type Phrases } from '@hongyan/phrases/phrases.ts';
import { administrationOf } from '../../directory/administrators/administration-of.ts';
import type { DirectoryContext } from '../../directory/context.ts';
import { noticeLimits, readChoice } from '../../directory/notices/choice.ts';
import { isNoticeEvent, mayHear, type NoticeEvent } from '../../directory/notices/events.ts';
import { eventName, noticeWords } from '../../directory/notices/words.ts';
import type { FlowAcceptor } from '../../flow/accept.ts';
import type { Origin } from '../../flow/types.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { KeptLease } from '../../store/nodes/kept-lease.ts';
import { newQueueId } from '../../store/spool/queue-id.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { administratorRows } from '../../store/system/administration/administrator-rows.ts';
import {
  lastMailed,
  type NoticeRow,
  noticeChoice,
  noticesMailed,
  tenantsWithNotices,
  waitingNotices,
} from '../../store/system/administration/notice-rows.ts';
import { listDomainRows } from '../../store/system/tenants.ts';

/** How often it is looked whether notices wait, ms. */
const everyMs = 5_000;
const leaseName = 'notices';
const mostTenants = 100;
/** Notices of one tenant that are looked at in a round, and how many of them one mail lists. */
const mostNotices = 1_000;
const mostListed = 50;

const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'notice to administrators' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

export interface NoticeMailContext {
  readonly directory: DirectoryContext;
  readonly acceptor: Pick<FlowAcceptor, 'beginFor'>;
  readonly hostname: string;
  /** Of those who chose no language. */
  readonly language: Language;
  readonly clock: Clock;
  readonly log: Log;
}

interface Recipient {
  readonly address: string;
  readonly language: Language;
}

/** Mails notices to those whom the company chose, in one process of all nodes at a time. */
export interface NoticeMailer extends AsyncDisposable {
  /** One round now; returns how many notices were mailed, null when another process has the work. */
  round(): Promise<number | null>;
}

export function startNoticeMailer(ctx: NoticeMailContext): NoticeMailer {
  return new Mailer(ctx);
}

class Mailer implements NoticeMailer {
  readonly #ctx: NoticeMailContext;
  readonly #lease: KeptLease;
  #timer: Timer | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(ctx: NoticeMailContext) {
    this.#ctx = ctx;
    this.#lease = new KeptLease({ database: ctx.directory.database, clock: ctx.clock }, leaseName);
    this.#schedule();
  }

  /** Rounds follow each other: two at once would mail a notice twice. */
  round(): Promise<number | null> {
    const turn = this.#running.then(() => this.#round());
    this.#running = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#running;
    await this.#lease[Symbol.asyncDispose]();
  }

  async #round(): Promise<number | null> {
    const { database } = this.#ctx.directory;
    if (this.#ended) return null;
    const tenants = await tenantsWithNotices(database.look('due'), mostTenants);
    if (tenants.length === 0) return 0;
    let mailed = 0;
    for (const tenantId of tenants) {
      if (this.#ended || !(await this.#lease.take())) return mailed === 0 ? null : mailed;
      try {
        mailed += await this.#mailTenant(tenantId);
      } catch (error) {
        // The next tenant's can go out nevertheless; these are tried again.
        this.#ctx.log.error('notices.mail_failed', { tenantId, error });
      }
    }
    return mailed;
  }

  async #mailTenant(tenantId: TenantId): Promise<number> {
    const { directory, clock } = this.#ctx;
    const { database } = directory;
    const last = await lastMailed(database.of(tenantId), tenantId);
    const byEvent = Map.groupBy(
      await waitingNotices(database.of(tenantId), tenantId, mostNotices),
      ({ event }) => event,
    );
    let mailed = 0;
    for (const [event, notices] of byEvent) {
      const before = last.get(event);
      const since = before === undefined ? noticeLimits.gatherMs : clock.now() - before;
      // A clock that was set back must not keep notices for long.
      if (since >= 0 && since < noticeLimits.gatherMs) continue;
      if (this.#ended || !(await this.#lease.take())) break;
      if (isNoticeEvent(event)) await this.#mail(tenantId, event, notices);
      await database.of(tenantId).transact(tx =>
        noticesMailed(
          tx,
          tenantId,
          notices.map(({ id }) => id),
          clock.now(),
        ),
      );
      mailed += notices.length;
    }
    return mailed;
  }

  /** Throws when nobody could be sent the mail: it is tried again. */
  async #mail(tenantId: TenantId, event: NoticeEvent, notices: readonly NoticeRow[]): Promise<void> {
    const { directory, log } = this.#ctx;
    const { recipients, from } = await directory.database.of(tenantId).read(async reader => ({
      recipients: await this.#recipients(reader, tenantId, event),
      from: await senderDomain(reader, tenantId),
    }));
    if (from === null) return;
    let failure: unknown = null;
    let sent = 0;
    for (const recipient of recipients) {
      try {
        await this.#send(tenantId, from, recipient, event, notices);
        sent += 1;
      } catch (error) {
        failure = error;
        log.warn('notices.recipient_failed', { tenantId, event, error });
      }
    }
    if (failure !== null && sent === 0) throw failure;
  }

  /** Who gets mail about an event as things stand now: who may not be told any more is not, whoever chose them. */
  async #recipients(
    reader: SqlReader,
    tenantId: TenantId,
    event: NoticeEvent,
  ): Promise<readonly Recipient[]> {
    const choice = readChoice(await noticeChoice(reader, tenantId, event));
    const found = new Map<string, Recipient>();
    for (const row of await administratorRows(reader, tenantId)) {
      const { account_id: accountId } = row;
      if (choice.recipients === 'chosen' && !choice.accounts.includes(accountId)) continue;
      const administration = await administrationOf(reader, { tenantId, accountId });
      if (!administration || !mayHear(administration, event)) continue;
      const address = `${row.local_part}@${row.unicode_name}`;
      const account = await accountById(reader, tenantId, accountId);
      const language = account?.language ? languageOf(account.language) : this.#ctx.language;
      found.set(address.toLowerCase(), { address, language });
    }
    for (const address of choice.addresses) {
      const key = address.toLowerCase();
      if (!found.has(key)) found.set(key, { address, language: this.#ctx.language });
    }
    return [...found.values()];
  }

  async #send(
    tenantId: TenantId,
    from: string,
    { address, language }: Recipient,
    event: NoticeEvent,
    notices: readonly NoticeRow[],
  ): Promise<void> {
    const { acceptor, clock, hostname } = this.#ctx;
    const phrases = createPhrases(language);
    const { subject, text } = mailWords(phrases, event, notices);
    const at = address.lastIndexOf('@');
    const now = clock.now();
    await using delivery = acceptor.beginFor(tenantId, origin);
    await delivery.sender('', { smtputf8: true });
    // Nobody is to hear of a notice that cannot be delivered.
    await delivery.recipient(address, { notify: ['NEVER'] });
    await delivery.write(
      buildMessage(
        [
          dateField('Date', now, 0),
          addressField('From', [{ local: 'postmaster', domain: from }]),
          addressField('To', [{ local: address.slice(0, at), domain: address.slice(at + 1) }]),
          textField('Subject', subject),
          idField('Message-ID', [`${newQueueId(now)}@${hostname}`]),
          plainField('Auto-Submitted', 'auto-generated'),
        ],
        { kind: 'text', text },
      ),
    );
    await delivery.commit();
  }

  #schedule(): void {
    this.#timer = this.#ctx.clock.after(everyMs, () => {
      void this.round()
        .catch((error: unknown) => {
          if (!this.#ended) this.#ctx.log.error('notices.round_failed', { error });
        })
        .finally(() => {
          if (!this.#ended) this.#schedule();
        });
    });
  }
}

/** Domain in whose name notices come: the primary one. Null: the tenant has none, and nobody an address. */
async function senderDomain(reader: SqlReader, tenantId: TenantId): Promise<string | null> {
  const rows = await listDomainRows(reader, tenantId);
  return (rows.find(({ is_primary }) => is_primary === 1) ?? rows[0])?.unicode_name ?? null;
}

/** One notice as it is; several as a list. */
function mailWords(
  phrases: Phrases,
  event: NoticeEvent,
  notices: readonly NoticeRow[],
): { readonly subject: string; readonly text: string } {
  const all = notices.map(notice => noticeWords(phrases, notice));
  const footer = phrases.say('notice.footer');
  const [only] = all;
  if (only && all.length === 1) return { subject: only.subject, text: `${only.text}\n\n${footer}\n` };
  const listed = notices.slice(0, mostListed).map((notice, index) => {
    const at = `${new Date(notice.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    return `${at}  ${all[index]?.subject ?? ''}`;
  });
  const rest = all.length - listed.length;
  return {
    subject: phrases.say('notice.several', { count: all.length, event: eventName(phrases, event) }),
    text: [
      ...listed,
      ...(rest > 0 ? [phrases.say('notice.more', { count: rest })] : []),
      '',
      footer,
      '',
    ].join('\n'),
  };
}
