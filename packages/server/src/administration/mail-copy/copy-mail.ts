import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { type MessageSummary, summarise } from '@hongyan/formats/message/summary.ts';
import { type Scope, systemScope } from '../../access/scope.ts';
import { appendOnce } from '../../mailbox/append.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { createMailbox } from '../../mailbox/create.ts';
import { getMailbox, listMailboxes } from '../../mailbox/list.ts';
import { fetchRows } from '../../mailbox/rows.ts';
import { handOverRights } from '../../mailbox/sharing/hand-over.ts';
import type { Mailbox, MailboxId, MessageRow, NewMessage } from '../../mailbox/types.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AdministrationContext } from '../context.ts';
import type { JobWorker, RunningJob } from '../jobs/runner.ts';

/** Name of the jobs that copy mail. */
export const copyMailKind = 'mail.copy';

export interface CopyMail {
  readonly from: AccountId;
  readonly to: AccountId;
  /** Name of the folder that gets the tree; a number follows when it is taken. */
  readonly folder: string;
  /** Whoever may use a folder of the source may use its copy: the target takes over from somebody who left. */
  readonly shares?: boolean;
}

/** How far a copy has come: done up to this UID of this mailbox, in the order of their numbers. */
interface Progress {
  readonly folder?: string;
  readonly mailboxId?: MailboxId;
  readonly uid?: number;
}

/** Messages filed in one transaction. */
const batchSize = 50;
const lastUid = 0xffff_ffff;

/** One copy: from where, to where. */
class Copy {
  readonly #job: RunningJob;
  readonly #source: MailboxContext;
  /** The tree goes one level deeper and is added to what is there: limits of the plan are for people, not for this. */
  readonly #target: MailboxContext;
  readonly #from: Scope;
  readonly #to: Scope;
  readonly #wanted: CopyMail;
  #done: number;
  #total = 0;

  constructor(ctx: AdministrationContext, job: RunningJob) {
    const { mailbox } = ctx;
    this.#wanted = JSON.parse(job.parameters) as CopyMail;
    this.#job = job;
    this.#done = job.done;
    this.#source = mailbox;
    const { quotas } = mailbox;
    this.#target = {
      ...mailbox,
      quotas: { quota: (tenantId, accountId) => quotas.quota(tenantId, accountId) },
      limits: {
        ...mailbox.limits,
        maxDepth: mailbox.limits.maxDepth + 2,
        maxMailboxes: mailbox.limits.maxMailboxes * 100,
      },
    };
    this.#from = systemScope(job.tenantId, this.#wanted.from, 'mail copy');
    this.#to = systemScope(job.tenantId, this.#wanted.to, 'mail copy');
  }

  async run(): Promise<void> {
    const mailboxes = await this.#mailboxes();
    this.#total = mailboxes.reduce((sum, mailbox) => sum + mailbox.total, 0);
    const progress = JSON.parse(this.#job.progress) as Progress;
    const folder = progress.folder ?? (await this.#freeName());
    await this.#job.report({ ...progress, folder }, this.#total, this.#done);
    await this.#ensure([folder]);
    // Parents first, so that the tree is there even where folders are empty.
    const targets = new Map<MailboxId, MailboxId>();
    for (const mailbox of mailboxes) {
      const target = await this.#ensure([folder, ...mailbox.path]);
      targets.set(mailbox.id, target);
      const source = { accountId: this.#wanted.from, id: mailbox.id };
      if (this.#wanted.shares) await handOverRights(this.#target, this.#to, source, target);
      await this.#job.alive();
    }
    for (const mailbox of mailboxes.toSorted((a, b) => a.id - b.id)) {
      const at = progress.mailboxId ?? 0;
      if (mailbox.id < at) continue;
      const after = mailbox.id === at ? (progress.uid ?? 0) : 0;
      await this.#copyMailbox(mailbox.id, targets.get(mailbox.id) ?? 0, after, folder);
    }
    await this.#job.report({ folder }, this.#total, this.#done);
  }

  /** None when the account never had a mailbox. */
  async #mailboxes(): Promise<Mailbox[]> {
    try {
      return await listMailboxes(this.#source, this.#from);
    } catch (error) {
      if (isMailError(error, 'account.not_found')) return [];
      throw error;
    }
  }

  async #freeName(): Promise<string> {
    const { folder } = this.#wanted;
    const taken = new Set((await listMailboxes(this.#target, this.#to)).map(mailbox => mailbox.path[0]));
    let name = folder;
    for (let n = 2; taken.has(name); n += 1) name = `${folder} (${n})`;
    return name;
  }

  async #ensure(path: readonly string[]): Promise<MailboxId> {
    const there = await getMailbox(this.#target, this.#to, path);
    return (there ?? (await createMailbox(this.#target, this.#to, path, { subscribe: true }))).id;
  }

  async #copyMailbox(from: MailboxId, to: MailboxId, after: number, folder: string): Promise<void> {
    let uid = after;
    for (;;) {
      const batch = await this.#batch(from, uid);
      const last = batch.at(-1);
      if (!last) return;
      const messages: NewMessage[] = [];
      for (const row of batch) {
        messages.push(await this.#message(row));
        await this.#job.alive();
      }
      const { tenantId, accountId } = this.#to;
      await this.#target.blobs.link(
        tenantId,
        accountId,
        batch.map(row => row.blob),
      );
      // Named after where it starts: filed again after a crash, it is not filed twice, whatever left the source meanwhile.
      const id = `${this.#job.jobId} ${from} ${uid}`;
      uid = await appendOnce(this.#target, this.#to, to, id, last.uid, messages);
      this.#done += batch.length;
      await this.#job.report({ folder, mailboxId: from, uid }, Math.max(this.#total, this.#done), this.#done);
    }
  }

  async #batch(mailboxId: MailboxId, after: number): Promise<MessageRow[]> {
    const rows: MessageRow[] = [];
    if (after >= lastUid) return rows;
    const slices = fetchRows(this.#source, this.#from, mailboxId, [[after + 1, lastUid]], {});
    for await (const slice of slices) {
      rows.push(...slice.slice(0, batchSize - rows.length));
      if (rows.length >= batchSize) break;
    }
    return rows;
  }

  async #message(row: MessageRow): Promise<NewMessage> {
    return {
      blob: row.blob,
      summary: await this.#summary(row),
      prefix: row.prefix,
      flags: row.flags,
      receivedAt: row.receivedAt,
    };
  }

  /** What lists and threads need of the body, read again: the copy belongs to the threads of its new account. */
  async #summary(row: MessageRow): Promise<MessageSummary> {
    const scanner = new MessageScanner();
    for await (const chunk of this.#source.blobs.stream(this.#from.tenantId, row.blob.hash)) {
      scanner.push(chunk);
    }
    return summarise(scanner.finish());
  }
}

/** Copies all folders and messages of an account into a folder of another, with flags and dates (MBX-07, RCY-04). */
export const copyMailWorker: JobWorker = {
  kind: copyMailKind,
  async run(ctx, job) {
    const { to } = JSON.parse(job.parameters) as CopyMail;
    await ctx.ensure(job.tenantId, to);
    await new Copy(ctx, job).run();
  },
};
