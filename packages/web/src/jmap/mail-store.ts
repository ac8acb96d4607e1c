import { JmapError, setError } from './client.ts';
import { DraftLocks } from './draft-locks.ts';
import { DraftVersions } from './draft-versions.ts';
import { MailCache } from './mail-cache.ts';
import { destroyEmails, mailsAtOnce, updateEmails } from './many/set-emails.ts';
import { MessageList } from './message-list.ts';
import { isOffline } from './offline/pending.ts';
import { type ListQuery, queryKey } from './query.ts';
import type {
  Address,
  ChangesResponse,
  EmailFull,
  EmailPatch,
  EmailRow,
  GetResponse,
  Identity,
  Mailbox,
  SetResponse,
  Thread,
} from './types.ts';

const fullProperties =
  'id blobId threadId mailboxIds keywords size receivedAt messageId inReplyTo references from to cc bcc replyTo subject sentAt hasAttachment preview htmlBody textBody attachments bodyValues header:Disposition-Notification-To:asAddresses header:Importance:asText'.split(
    ' ',
  );
const bodyProperties = ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid'];

/** Putting mail off (docs/api/jmap.md). */
export const snoozeCapability = 'urn:hongyan:params:jmap:snooze';

/** Body bytes fetched at first; "show all" asks for the rest. */
const maxBodyBytes = 512 * 1024;
/** Lists kept for going back at once. */
const maxLists = 30;
/** Whole mails kept. */
const maxFull = 200;

/** Somebody to write to; with `groupId` a group of one's own contacts, which has no address. */
export interface Suggestion extends Address {
  readonly groupId?: string;
}

export interface Quota {
  readonly used: number;
  readonly hardLimit: number | null;
}

/** Everything the screens show, in one place, kept up to date by the server's state changes. */
export class MailStore extends MailCache {
  readonly draftVersions = new DraftVersions();
  readonly draftLocks = new DraftLocks(this.client.accountId);
  #quota: Quota | null = null;
  #current: MessageList | null = null;

  get quota(): Quota | null {
    return this.#quota;
  }

  /** Reads what the first screen needs. */
  async start(): Promise<void> {
    const sends = this.client.offers('urn:ietf:params:jmap:submission');
    const [, answers] = await Promise.all([
      this.personal.start(),
      this.client.call([
        ['Mailbox/get', { ids: null }],
        ...(sends ? [['Identity/get', { ids: null }] as const] : []),
      ]),
    ]);
    const [mailboxes, identities] = answers as unknown as readonly [
      readonly [string, GetResponse<Mailbox>, string],
      (readonly [string, GetResponse<Identity>, string])?,
    ];
    this.takeMailboxes(mailboxes[1]);
    this.identities.splice(0, this.identities.length, ...(identities?.[1].list ?? []));
    this.changed();
    void this.#readQuota();
  }

  async #readQuota(): Promise<void> {
    try {
      const quotas = await this.client.one<
        GetResponse<{ resourceType: string; used: number; hardLimit: number }>
      >('Quota/get', { ids: null });
      const octets = quotas.list.find(quota => quota.resourceType === 'octets');
      this.#quota = octets ? { used: octets.used, hardLimit: octets.hardLimit || null } : null;
      this.changed();
    } catch {
      // A server without quotas: the line is not shown.
    }
  }

  /**
   * Whom to write to: colleagues, contacts and people written to before, as the server knows them; from mail one has
   * seen where it does not.
   */
  async suggestRecipients(text: string, without: readonly Address[]): Promise<readonly Suggestion[]> {
    // One's own address book, whatever account one writes from.
    const { client } = this.personal;
    if (!client.offers('urn:hongyan:params:jmap:recipients')) return this.suggest(text, without);
    const taken = new Set(without.map(({ email }) => email.toLowerCase()));
    const answer = await client.one<{
      list: readonly (Address & { readonly source: string; readonly contactId?: string })[];
    }>('Recipient/suggest', {
      text,
      limit: 8 + without.length,
    });
    return answer.list
      .filter(({ email, contactId }) => (email ? !taken.has(email.toLowerCase()) : contactId !== undefined))
      .slice(0, 8)
      .map(({ name, email, contactId }) => ({
        name,
        email,
        ...(email === '' && contactId ? { groupId: contactId } : {}),
      }));
  }

  /** The list of a query; the same object while it is cached. */
  list(query: ListQuery): MessageList {
    const key = queryKey(query);
    let list = this.cachedLists.get(key);
    if (!list) {
      list = new MessageList(this, query);
      if (this.cachedLists.size >= maxLists) {
        const [oldest] = this.cachedLists.keys();
        if (oldest !== undefined) this.cachedLists.delete(oldest);
      }
    } else {
      this.cachedLists.delete(key);
    }
    this.cachedLists.set(key, list);
    return list;
  }

  /** Says which list is on screen: it is the one refreshed when mail arrives. */
  show(list: MessageList): void {
    this.#current = list;
  }

  /** Reads mails whole; `everything` lifts the limit on the body's size. */
  async load(ids: readonly string[], everything = false): Promise<void> {
    const missing = everything ? ids : ids.filter(id => !this.cachedMails.has(id));
    if (missing.length === 0) return;
    const { moment } = this.local;
    const answer = await this.client.one<GetResponse<EmailFull>>('Email/get', {
      ids: missing,
      properties: this.client.offers(snoozeCapability) ? [...fullProperties, 'snoozed'] : fullProperties,
      bodyProperties,
      fetchTextBodyValues: true,
      fetchHTMLBodyValues: true,
      maxBodyValueBytes: everything ? 0 : maxBodyBytes,
    });
    for (const read of answer.list) {
      const mail = this.withLocal(read, moment);
      this.cachedMails.set(mail.id, mail);
      this.cachedRows.set(mail.id, mail);
    }
    for (const id of this.cachedMails.keys()) {
      if (this.cachedMails.size <= maxFull) break;
      this.cachedMails.delete(id);
    }
    this.changed();
  }

  /** Reads a conversation whole. Returns its mail ids, oldest first. */
  async loadThread(threadId: string): Promise<readonly string[]> {
    let answer: GetResponse<Thread>;
    try {
      answer = await this.client.one<GetResponse<Thread>>('Thread/get', { ids: [threadId] });
    } catch (error) {
      const here = this.cachedThreads.get(threadId)?.emailIds.filter(id => this.cachedMails.has(id)) ?? [];
      if (isOffline(error) && here.length) return here;
      throw error;
    }
    const thread = answer.list[0];
    if (!thread) throw new JmapError('notFound');
    this.cachedThreads.set(threadId, thread);
    await this.load(thread.emailIds);
    return thread.emailIds;
  }

  /** Changes mails: at once on the screen, then on the server. A refusal is taken back and thrown. */
  async patch(patches: ReadonlyMap<string, EmailPatch>): Promise<void> {
    const before = new Map<string, EmailRow>();
    for (const [id, patch] of patches) {
      const row = this.cachedRows.get(id);
      if (!row) continue;
      before.set(id, row);
      this.apply(row, patch);
    }
    this.changed();
    this.local.begin(patches.keys());
    try {
      await updateEmails(this.client, patches).finally(() => this.local.end(patches.keys()));
    } catch (error) {
      if (isOffline(error)) return this.pending.add(patches);
      for (const [id, row] of before) this.put(id, row);
      this.changed();
      // The parts before the one that was refused hold.
      if (patches.size > mailsAtOnce(this.client)) await this.sync();
      throw error;
    }
  }

  /** Puts mails off, or (null) takes them back. */
  async setSnoozed(ids: readonly string[], value: Readonly<Record<string, unknown>> | null): Promise<void> {
    await updateEmails(
      this.client,
      ids.map(id => [id, { snoozed: value }]),
    );
    for (const id of ids) this.cachedMails.delete(id);
    await this.sync();
  }

  /** Deletes mails for good. */
  async destroy(ids: readonly string[]): Promise<void> {
    await destroyEmails(this.client, ids);
    this.forget(ids);
    this.changed();
  }

  /** Creates, renames or removes a folder. */
  async changeMailbox(args: Readonly<Record<string, unknown>>): Promise<SetResponse> {
    const answer = await this.client.one<SetResponse>('Mailbox/set', args);
    const error = setError(answer.notCreated, answer.notUpdated, answer.notDestroyed);
    if (error) throw error;
    await this.syncMailboxes();
    return answer;
  }

  async syncMailboxes(): Promise<void> {
    let answer: GetResponse<Mailbox>;
    try {
      answer = await this.client.one<GetResponse<Mailbox>>('Mailbox/get', { ids: null });
    } catch (error) {
      // The numbers come with the changes that wait.
      if (isOffline(error) && this.pending.count > 0) return;
      throw error;
    }
    this.takeMailboxes(answer);
    this.changed();
  }

  /** Brings what is cached up to the server's states, as told by push or after a break. */
  async sync(states?: Readonly<Record<string, string>>): Promise<void> {
    if (this.pending.count > 0 && (await this.pending.flush()) > 0) this.emailState = null;
    if (!states || (states['Mailbox'] ?? this.mailboxState) !== this.mailboxState) await this.syncMailboxes();
    if (!states || (states['Email'] ?? this.emailState) !== this.emailState) await this.#syncEmails();
    if (states) await this.personal.sync(states);
    this.freshMs = Date.now();
  }

  async #syncEmails(): Promise<void> {
    const known = new Set(this.cachedRows.keys());
    if (this.emailState !== null) {
      try {
        for (let more = true; more; ) {
          const changes: ChangesResponse = await this.client.one<ChangesResponse>('Email/changes', {
            sinceState: this.emailState,
          });
          this.emailState = changes.newState;
          more = changes.hasMoreChanges;
          this.forget(changes.destroyed);
          await this.#readRows(changes.updated.filter(id => known.has(id)));
        }
      } catch (error) {
        if (!(error instanceof JmapError) || error.code !== 'cannotCalculateChanges') throw error;
        this.emailState = null;
        this.cachedRows.clear();
        this.cachedMails.clear();
      }
    }
    for (const [key, list] of this.cachedLists) if (list !== this.#current) this.cachedLists.delete(key);
    this.prune();
    await this.#current?.refresh();
  }

  async #readRows(ids: readonly string[]): Promise<void> {
    const size = this.client.limit('maxObjectsInGet', 500);
    for (let at = 0; at < ids.length; at += size) {
      const { moment } = this.local;
      const answer = await this.client.one<GetResponse<Pick<EmailRow, 'id' | 'keywords' | 'mailboxIds'>>>(
        'Email/get',
        {
          ids: ids.slice(at, at + size),
          properties: ['id', 'keywords', 'mailboxIds'],
        },
      );
      for (const item of answer.list) {
        const row = this.cachedRows.get(item.id);
        if (row) this.put(item.id, { ...row, ...this.withLocal(item, moment) });
      }
    }
    this.changed();
  }
}
