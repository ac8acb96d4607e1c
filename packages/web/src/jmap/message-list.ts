import type { Call } from './client.ts';
import type { MailStore } from './mail-store.ts';
import { Observable } from './observable.ts';
import { isOffline } from './offline/pending.ts';
import { type ListQuery, queryKey, toFilter } from './query.ts';
import type { EmailRow, GetResponse, QueryResponse, Thread } from './types.ts';

const rowProperties = [
  'id',
  'threadId',
  'mailboxIds',
  'keywords',
  'from',
  'to',
  'subject',
  'receivedAt',
  'size',
  'preview',
  'hasAttachment',
];

/** A server-side query seen through windows: ids are known where somebody has looked, `undefined` elsewhere. */
export class MessageList extends Observable {
  readonly query: ListQuery;
  readonly #store: MailStore;
  /** Rows fetched at a time (SET-04). */
  readonly #windowSize: number;
  #ids: (string | undefined)[] = [];
  #revision = 0;
  #total: number | null = null;
  #queryState: string | null = null;
  #pending = new Set<number>();
  #failure: Error | null = null;

  constructor(store: MailStore, query: ListQuery) {
    super();
    this.#store = store;
    this.query = query;
    this.#windowSize = store.personal.settings.pageSize;
  }

  /** Rows in all; null until the first answer. */
  get total(): number | null {
    return this.#total;
  }

  get loading(): boolean {
    return this.#pending.size > 0;
  }

  /** Rises whenever other rows are known than before. */
  get revision(): number {
    return this.#revision;
  }

  /** Why the last request failed, until one succeeds. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** The ids known so far, in order, without gaps. */
  get loadedIds(): readonly string[] {
    return this.#ids.filter(id => id !== undefined);
  }

  at(index: number): string | undefined {
    return this.#ids[index];
  }

  indexOf(id: string): number {
    return this.#ids.indexOf(id);
  }

  /** Makes sure that rows `start` to `end` are there or on their way. */
  ensure(start: number, end: number): void {
    const last = this.#total === null ? end : Math.min(end, this.#total - 1);
    const size = this.#windowSize;
    for (let at = Math.floor(start / size) * size; at <= last; at += size) {
      let missing = this.#total === null;
      for (let index = at; index <= Math.min(at + size - 1, last); index += 1) {
        if (this.#ids[index] === undefined) missing = true;
      }
      if (missing && !this.#pending.has(at)) void this.#fetch(at);
    }
  }

  /** Asks again from the top, keeping what is shown until the answer is there. */
  async refresh(): Promise<void> {
    this.#queryState = null;
    await this.#fetch(0);
  }

  /** The row to go on at when rows leave: the first that stays after the last of them, else the last before it. */
  neighbour(gone: ReadonlySet<string>): string | null {
    let before: string | null = null;
    let after: string | null = null;
    let met = false;
    for (const id of this.#ids) {
      if (id === undefined) continue;
      if (gone.has(id)) {
        met = true;
        before = after ?? before;
        after = null;
      } else if (met) after ??= id;
      else before = id;
    }
    return met ? (after ?? before) : (this.#ids.find(id => id !== undefined) ?? null);
  }

  /** Takes rows away before the server has confirmed it. Returns what puts them back where they were. */
  remove(ids: ReadonlySet<string>): () => void {
    const before = this.#ids.length;
    const places = this.#ids.flatMap((id, at) => (id !== undefined && ids.has(id) ? [{ id, at }] : []));
    this.#ids = this.#ids.filter(id => id === undefined || !ids.has(id));
    this.#revision += 1;
    if (this.#total !== null) this.#total = Math.max(0, this.#total - (before - this.#ids.length));
    this.changed();
    return () => {
      // Mail may have come meanwhile: then they stand a little higher until the list is read again.
      const here = new Set(this.#ids);
      for (const { id, at } of places) {
        if (here.has(id)) continue;
        this.#ids.splice(Math.min(at, this.#ids.length), 0, id);
        if (this.#total !== null) this.#total += 1;
      }
      this.#revision += 1;
      this.changed();
    };
  }

  /** A window with all that its rows show. */
  #calls(position: number): readonly Call[] {
    return [
      [
        'Email/query',
        {
          filter: toFilter(this.query, this.#store),
          sort: [{ property: 'receivedAt', isAscending: false }],
          collapseThreads: this.#store.personal.settings.conversationView,
          position,
          limit: this.#windowSize,
          calculateTotal: true,
        },
      ],
      [
        'Email/get',
        { '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: rowProperties },
      ],
      ['Thread/get', { '#ids': { resultOf: '1', name: 'Email/get', path: '/list/*/threadId' } }],
      [
        'Email/get',
        {
          '#ids': { resultOf: '2', name: 'Thread/get', path: '/list/*/emailIds' },
          properties: rowProperties,
        },
      ],
    ];
  }

  async #fetch(position: number): Promise<void> {
    this.#pending.add(position);
    this.changed();
    try {
      const answer = await this.#store.readList(this.#calls(position));
      const [query, rows, threads, members] = answer.answers as unknown as readonly [
        readonly [string, QueryResponse, string],
        readonly [string, GetResponse<EmailRow>, string],
        readonly [string, GetResponse<Thread>, string],
        readonly [string, GetResponse<EmailRow>, string],
      ];
      const { moment } = answer;
      this.#store.learn([...rows[1].list, ...members[1].list], threads[1].list, members[1].state, moment);
      this.#take(position, query[1]);
      this.#failure = null;
    } catch (error) {
      const saved = isOffline(error) ? this.#store.savedList(queryKey(this.query)) : undefined;
      if (saved && this.#total === null) {
        this.#ids = [...saved];
        this.#revision += 1;
        this.#total = saved.length;
      }
      // Without a network what is here is shown as it is; the bar above tells of it.
      if (isOffline(error) && this.#total !== null) return;
      this.#failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#pending.delete(position);
      this.changed();
    }
  }

  #take(position: number, answer: QueryResponse): void {
    this.#revision += 1;
    if (answer.queryState !== this.#queryState) {
      // The result has changed since the other windows were read: forget them, they are read again when looked at.
      const keep = position === 0 ? [] : this.#ids.slice(0, position);
      this.#ids = this.#queryState === null && position === 0 ? [] : keep;
      this.#queryState = answer.queryState;
    }
    this.#total = answer.total ?? Math.max(this.#ids.length, position + answer.ids.length);
    answer.ids.forEach((id, index) => {
      this.#ids[position + index] = id;
    });
    this.#ids.length = Math.min(this.#ids.length, this.#total);
  }
}
