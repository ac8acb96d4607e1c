import { type Call, type Invocation, sound } from './client.ts';
import { MailCache } from './mail-cache.ts';
import type { MessageList } from './message-list.ts';
import { isOffline } from './offline/pending.ts';
import { toFilter } from './query.ts';
import type { ChangesResponse, EmailRow, GetResponse, Mailbox } from './types.ts';

/** What the rows of a list are drawn from, that can change. */
type Changeable = Pick<EmailRow, 'id' | 'keywords' | 'mailboxIds'>;

/** What is known of an account, and how it is kept up to date. */
export class MailSync extends MailCache {
  #current: MessageList | null = null;

  /** Says which list is on screen: it is the one refreshed when mail arrives. */
  show(list: MessageList): void {
    this.#current = list;
  }

  /** Finds out whether something happened between the start and the first announcement, and catches up. */
  async catchUp(): Promise<void> {
    const types = { Mailbox: this.mailboxState, Email: this.emailState };
    const known = Object.entries(types).filter(([, state]) => state !== null);
    if (known.length === 0) return;
    const answers = await this.client.each(
      known.map(([type, sinceState]) => [`${type}/changes`, { sinceState, maxChanges: 1 }]),
    );
    // What cannot be told is read anew.
    const states = known.map(([type], nth) => {
      const changes = answers[nth]?.[1] as Partial<ChangesResponse> | undefined;
      return [type, changes?.newState ?? ''];
    });
    await this.sync(Object.fromEntries(states));
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
    const folders = !states || (states['Mailbox'] ?? this.mailboxState) !== this.mailboxState;
    const mails = !states || (states['Email'] ?? this.emailState) !== this.emailState;
    if (mails) await this.#syncEmails(folders);
    else if (folders) await this.syncMailboxes();
    if (states) await this.personal.sync(states);
    this.freshMs = Date.now();
  }

  async #syncEmails(folders: boolean): Promise<void> {
    let withFolders = folders;
    for (let more = true; more; withFolders = false) more = await this.#readChanges(withFolders);
    await this.#syncLists();
  }

  /** Reads what has changed, with one request; whether there is more. */
  async #readChanges(folders: boolean): Promise<boolean> {
    const { emailState, client } = this;
    const calls: Call[] = [];
    if (emailState !== null) {
      const sinceState = emailState;
      calls.push(
        ['Email/changes', { sinceState, maxChanges: Math.min(500, client.limit('maxObjectsInGet', 500)) }],
        [
          'Email/get',
          {
            '#ids': { resultOf: '0', name: 'Email/changes', path: '/updated' },
            properties: ['id', 'keywords', 'mailboxIds'],
          },
        ],
      );
    }
    if (folders) calls.push(['Mailbox/get', { ids: null }]);
    const { moment } = this.local;
    const answers = calls.length > 0 ? await client.each(calls) : [];
    const mailboxes = folders ? answers.pop() : undefined;
    if (mailboxes) this.takeMailboxes(sound(mailboxes)[1] as unknown as GetResponse<Mailbox>);
    const [changes, updated] = answers;
    if (!changes || changes[1]['type'] === 'cannotCalculateChanges') {
      this.#forgetAll(emailState !== null);
      return false;
    }
    const { created, destroyed, newState, hasMoreChanges } = sound(changes)[1] as unknown as ChangesResponse;
    const { list } = sound(updated as Invocation)[1] as unknown as GetResponse<Changeable>;
    this.emailState = newState;
    if (created.length > 0 || destroyed.length > 0) this.changes.noteUnknown();
    this.forget(destroyed);
    for (const item of list) {
      const row = this.cachedRows.get(item.id);
      if (!row) {
        this.changes.noteUnknown();
        continue;
      }
      const now = { ...row, ...this.withLocal(item, moment) };
      this.changes.note(row, now);
      this.put(item.id, now);
    }
    this.changed();
    return hasMoreChanges;
  }

  /** What has changed cannot be told: everything is read anew. `known`: what is here is from another time. */
  #forgetAll(known: boolean): void {
    this.emailState = null;
    this.changes.noteUnknown();
    if (!known) return;
    this.cachedRows.clear();
    this.cachedMails.clear();
  }

  /** Reads the list on screen again if what has changed concerns it; others that it concerns are forgotten. */
  async #syncLists(): Promise<void> {
    const current = this.#current;
    const concerns = ({ query }: MessageList): boolean => this.changes.concerns(toFilter(query, this));
    for (const [key, list] of this.cachedLists)
      if (list !== current && concerns(list)) this.cachedLists.delete(key);
    const again = current !== null && concerns(current);
    // A change that is on its way is not in what is read now, and may not be told of again.
    if (!this.local.busy) this.changes.clear();
    this.prune();
    if (again) await current.refresh();
  }
}
