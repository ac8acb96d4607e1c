import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import {
  formatNumbers,
  type NumberRanges,
  normalizeRanges,
  rangesOf,
  type SequenceSet,
} from '@hongyan/formats/imap/sequence-set.ts';
import { ImapSyntaxError } from '@hongyan/formats/imap/syntax-error.ts';
import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { fetchEntries } from '../../mailbox/rows.ts';
import type { FolderRights } from '../../mailbox/sharing/rights.ts';
import type { FlagSet, MailboxView } from '../../mailbox/types.ts';
import { changesSince, type OpenedMailbox, openView, openViewAt } from '../../mailbox/view.ts';
import { MailError } from '../../platform/errors.ts';
import { SearchContexts } from './contexts/search-contexts.ts';
import { standardFlags, writeFlags } from './flag-names.ts';
import type { Realm, SessionMailbox } from './realms/realm.ts';
import { SequenceView } from './sequence-view.ts';

/** Messages a command is to work on. */
export interface Selection {
  /** UIDs the client knows and that are still there, ascending. */
  readonly uids: Uint32Array;
  /** Whether some that it named are gone (RFC 5530 EXPUNGEISSUED). */
  readonly gone: boolean;
}

/** How announcements are written for this session. */
export interface AnnounceOptions {
  readonly expungeAllowed: boolean;
  /** Whether changed flags are told; default true. */
  readonly flags?: boolean;
  /** CONDSTORE is enabled: FETCH carries MODSEQ (RFC 7162 §3.2). */
  readonly modseq: boolean;
  /** VANISHED in place of EXPUNGE (RFC 7162 §3.2.10.2, RFC 9586 §3). */
  readonly vanished: boolean;
  /** UIDFETCH in place of FETCH (RFC 9586 §3.3). */
  readonly uidOnly: boolean;
}

/** Rights with which something in a mailbox can be changed (RFC 4314 §5.2). */
const changing = ['i', 'e', 's', 't', 'w'] as const;

/** The mailbox a session has selected: its view, what is announced of it, and `$`. */
export class SelectedMailbox implements Disposable {
  readonly readOnly: boolean;
  readonly opened: MailboxView;
  readonly view: SequenceView;
  /** Searches whose results the client follows (RFC 5267 §4.3). */
  readonly contexts: SearchContexts = new SearchContexts();
  readonly #mail: MailboxContext;
  readonly realm: Realm;
  /** What may be done in it, as it was when it was selected; every command is checked anew where mail is changed. */
  readonly rights: FolderRights;
  readonly #subscription: Disposable;
  #keywords: Map<string, string> | null = null;
  #highestModseq: number;
  #dirty = false;
  #woken = false;
  #resolve: (() => void) | null = null;
  #saved: NumberRanges = [];

  private constructor(
    mail: MailboxContext,
    realm: Realm,
    opened: MailboxView,
    options: {
      readonly readOnly: boolean;
      readonly rights: FolderRights;
      readonly subscription: Disposable;
    },
  ) {
    this.#mail = mail;
    this.realm = realm;
    this.rights = options.rights;
    this.opened = opened;
    this.readOnly = options.readOnly;
    this.view = new SequenceView(opened);
    this.#highestModseq = opened.mailbox.highestModseq;
    this.#subscription = options.subscription;
  }

  /** Opens a mailbox, only to be looked at if `examine` or where nothing in it may be changed (RFC 4314 §5.2). */
  static async open(
    mail: MailboxContext,
    { realm, id }: Pick<SessionMailbox, 'realm' | 'id'>,
    examine: boolean,
  ): Promise<SelectedMailbox> {
    const selected = await SelectedMailbox.#open(mail, realm, examine, () => openView(mail, realm.scope, id));
    if (selected === null) throw new MailError('mailbox.not_found', { mailbox: id });
    return selected;
  }

  /** As `open`, by its path in the account: found and read in one snapshot. Null when there is none. */
  static openAt(
    mail: MailboxContext,
    realm: Realm,
    path: readonly string[],
    examine: boolean,
  ): Promise<SelectedMailbox | null> {
    return SelectedMailbox.#open(mail, realm, examine, () => openViewAt(mail, realm.scope, path));
  }

  static async #open(
    mail: MailboxContext,
    realm: Realm,
    examine: boolean,
    read: () => Promise<OpenedMailbox | null>,
  ): Promise<SelectedMailbox | null> {
    // Listening begins before the snapshot, so that nothing falls between the two.
    let notice = (): void => {
      early = true;
    };
    let early = false;
    const subscription = mail.notifier.subscribe(realm.scope.accountId, () => notice());
    try {
      const opened = await read();
      if (opened === null) {
        subscription[Symbol.dispose]();
        return null;
      }
      const { keywords, rights } = opened;
      const readOnly = examine || !changing.some(right => rights.has(right));
      const path = [...realm.prefix, ...opened.mailbox.path];
      const named = { ...opened, mailbox: { ...opened.mailbox, path } };
      const selected = new SelectedMailbox(mail, realm, named, { readOnly, rights, subscription });
      for (const keyword of keywords) selected.#learn(keyword);
      notice = () => selected.#notice();
      selected.#dirty = early;
      return selected;
    } catch (error) {
      subscription[Symbol.dispose]();
      throw error;
    }
  }

  get scope(): Scope {
    return this.realm.scope;
  }

  get id(): number {
    return this.opened.mailbox.id;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.wake();
  }

  /** HIGHESTMODSEQ of what has been absorbed (RFC 7162 §3.1.2.1). */
  get highestModseq(): number {
    return this.#highestModseq;
  }

  /** Whether something has happened in the account since the last `refresh`. */
  get dirty(): boolean {
    return this.#dirty;
  }

  #notice(): void {
    this.#dirty = true;
    this.#resolve?.();
    this.#resolve = null;
  }

  /** Notes that something has happened which the picture does not hold: it shows with the next command. */
  noteNews(): void {
    this.#notice();
  }

  /** Lets `whenWoken` resolve although nothing has happened in the account. */
  wake(): void {
    this.#woken = this.#resolve === null;
    this.#resolve?.();
    this.#resolve = null;
  }

  /** Resolves when something has happened in the account or `wake` was called, at once if so already. One waits at a time. */
  whenWoken(): Promise<void> {
    const atOnce = this.#dirty || this.#woken;
    this.#woken = false;
    if (atOnce) return Promise.resolve();
    return new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  /** Reads what happened. It shows with the next `announce`. Throws `mailbox.not_found` when the mailbox is gone. */
  async refresh(): Promise<void> {
    this.#dirty = false;
    try {
      await this.#absorbChanges();
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }

  async #absorbChanges(): Promise<void> {
    const changes = await changesSince(this.#mail, this.scope, this.id, this.view.modseq);
    this.#highestModseq = changes.mailbox.highestModseq;
    if (changes.complete) {
      this.contexts.touch(changes.changed);
      this.view.absorb(changes);
      return;
    }
    this.contexts.touchAll();
    const whole = await openView(this.#mail, this.scope, this.id);
    const last = whole.uids.at(-1) ?? 0;
    const entries = last === 0 ? [] : await fetchEntries(this.#mail, this.scope, this.id, [[1, last]]);
    this.view.absorbWhole(whole, entries);
  }

  /** Writes what was absorbed: EXPUNGE (if it may), EXISTS, FETCH with flags. */
  announce(writer: ImapWriter, options: AnnounceOptions): void {
    const told = this.view.announce(options.expungeAllowed);
    if (!options.vanished) {
      for (const sequence of told.expunged) writer.ascii('* ').number(sequence).ascii(' EXPUNGE\r\n');
    } else if (told.vanished.length > 0) writer.ascii(`* VANISHED ${formatNumbers(told.vanished)}\r\n`);
    if (told.exists !== null) writer.ascii('* ').number(told.exists).ascii(' EXISTS\r\n');
    if (options.flags === false) return;
    this.writeNewKeywords(
      writer,
      told.changed.map(change => change.entry.flags),
    );
    for (const { sequence, entry } of told.changed) {
      if (options.uidOnly) writer.ascii('* ').number(entry.uid).ascii(' UIDFETCH (');
      else writer.ascii('* ').number(sequence).ascii(' FETCH (UID ').number(entry.uid).ascii(' ');
      writeFlags(writer, entry.flags);
      if (options.modseq) writer.ascii(' MODSEQ (').number(entry.modseq).ascii(')');
      writer.ascii(')\r\n');
    }
  }

  /** What PERMANENTFLAGS names: the flags that may be changed (RFC 4314 §5.1.1). */
  get permanentFlags(): string {
    if (this.readOnly) return '';
    const { rights } = this;
    const others = rights.has('w');
    const names = this.flags
      .split(' ')
      .filter(name =>
        name === '\\Seen' ? rights.has('s') : name === '\\Deleted' ? rights.has('t') : others,
      );
    return [...names, ...(others ? ['\\*'] : [])].join(' ');
  }

  /** All flags that FLAGS and PERMANENTFLAGS name, without parentheses. */
  get flags(): string {
    return [standardFlags, ...(this.#keywords?.values() ?? [])].join(' ');
  }

  #learn(keyword: string): boolean {
    const key = keyword.toUpperCase();
    this.#keywords ??= new Map();
    if (this.#keywords.has(key)) return false;
    this.#keywords.set(key, keyword);
    return true;
  }

  /** Says FLAGS anew when `sets` hold a keyword the client has not seen (RFC 9051 §7.3.5). */
  writeNewKeywords(writer: ImapWriter, sets: readonly FlagSet[]): void {
    let news = false;
    for (const set of sets) for (const keyword of set.keywords) if (this.#learn(keyword)) news = true;
    if (news) writer.ascii(`* FLAGS (${this.flags})\r\n`);
  }

  /** Sets `$` (RFC 5182): UIDs, ascending. */
  save(uids: Iterable<number>): void {
    this.#saved = rangesOf(uids);
  }

  /** The UIDs a set names, as ranges; for the search itself, where unknown numbers match nothing. */
  uidRanges(set: SequenceSet, uid: boolean): NumberRanges {
    if (set.kind === 'saved') return this.#saved;
    if (uid) return normalizeRanges(set.ranges, Math.max(this.view.lastUid, 1));
    const sequences = normalizeRanges(set.ranges, this.view.count);
    if ((sequences.at(-1)?.[1] ?? 0) > this.view.count || (sequences[0]?.[0] ?? 0) < 1) {
      throw new ImapSyntaxError('Invalid message sequence number', 0);
    }
    return this.view.uidsOfSequences(sequences);
  }

  /** UIDs of a UID set, gone ones too: `*` stands for the largest UID there can be (RFC 7162 §3.2.6). */
  everRanges(set: SequenceSet): NumberRanges {
    return set.kind === 'saved' ? this.#saved : normalizeRanges(set.ranges, 0xffff_ffff);
  }

  /** The messages a command names. Throws `ImapSyntaxError` for a sequence number that does not exist (RFC 9051 §9). */
  select(set: SequenceSet, uid: boolean): Selection {
    const known = this.view.knownUids(this.uidRanges(set, uid));
    if (!this.view.hidesExpunged) return { uids: known, gone: false };
    const present = known.filter(each => !this.view.isGone(each));
    return { uids: present, gone: present.length < known.length };
  }
}
