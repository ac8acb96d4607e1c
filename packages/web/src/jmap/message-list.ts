import { type Call, type Invocation, sound } from './client.ts';
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

/**
 * A server-side query seen through windows: ids are known where somebody has looked, `undefined` elsewhere. When the result
 * changes, what is known stays until it is looked at again.
 */
export class MessageList extends Observable {
  readonly query: ListQuery;
  readonly #store: MailStore;
  /** Rows fetched at a time (SET-04). */
  readonly #windowSize: number;
  #ids: (string | undefined)[] = [];
  #revision = 0;
  #total: number | null = null;
  #queryState: string | null = null;
  /** Windows on their way. */
  #pending = new Map<number, Promise<void>>();
  /** Windows read in the present state of the result. */
  #fresh = new Set<number>();
  /** Rows that were looked at last. */
  #looked: readonly [number, number] = [0, 0];
  #failure: Error | null = null;
  /** Rows taken away here, until an answer from after that tells whether the server has them still. */
  readonly #left = new Set<string>();

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
    this.#looked = [start, end];
    for (const at of this.#windows(start, end)) {
      if (!this.#pending.has(at) && !(this.#fresh.has(at) && this.#isWhole(at))) void this.#fetch(at);
    }
  }

  #isWhole(at: number): boolean {
    const end = Math.min(at + this.#windowSize, this.#total ?? 0);
    for (let index = at; index < end; index += 1) if (this.#ids[index] === undefined) return false;
    return true;
  }

  /** The row at `index`, asked for where nobody has looked yet; null when there is none or it cannot be had. */
  async reach(index: number): Promise<string | null> {
    this.ensure(index, index);
    await this.#pending.get(Math.floor(index / this.#windowSize) * this.#windowSize);
    return this.#ids[index] ?? null;
  }

  /** Where the windows begin that hold rows `start` to `end`. */
  #windows(start: number, end: number): number[] {
    const size = this.#windowSize;
    const last = this.#total === null ? end : Math.min(end, this.#total - 1);
    const windows: number[] = [];
    for (let at = Math.floor(start / size) * size; at <= last; at += size) windows.push(at);
    return windows;
  }

  /** Reads anew what is looked at, keeping what is shown until the answer is there. */
  async refresh(): Promise<void> {
    this.#fresh.clear();
    this.#queryState = null;
    const windows = this.#windows(...this.#looked);
    await Promise.all((windows.length ? windows : [0]).map(at => this.#fetch(at)));
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
    for (const { id } of places) this.#left.add(id);
    this.#revision += 1;
    if (this.#total !== null) this.#total = Math.max(0, this.#total - (before - this.#ids.length));
    this.changed();
    return () => {
      // Mail may have come meanwhile: then they stand a little higher until the list is read again.
      const here = new Set(this.#ids);
      for (const { id, at } of places) {
        this.#left.delete(id);
        if (here.has(id)) continue;
        this.#ids.splice(Math.min(at, this.#ids.length), 0, id);
        if (this.#total !== null) this.#total += 1;
      }
      this.#revision += 1;
      this.changed();
    };
  }

  /** A window with all that its rows show: the mails of its conversations, or the mails where there are none. */
  #calls(position: number): readonly Call[] {
    const { conversationView } = this.#store.personal.settings;
    const query: Call = [
      'Email/query',
      {
        filter: toFilter(this.query, this.#store),
        sort: [{ property: 'receivedAt', isAscending: false }],
        collapseThreads: conversationView,
        position,
        limit: this.#windowSize,
        calculateTotal: true,
      },
    ];
    const found = { resultOf: '0', name: 'Email/query', path: '/ids' };
    if (!conversationView) return [query, ['Email/get', { '#ids': found, properties: rowProperties }]];
    return [
      query,
      // The mails come with those of their conversations.
      ['Email/get', { '#ids': found, properties: ['id', 'threadId'] }],
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

  #fetch(position: number): Promise<void> {
    const reading = this.#read(position).finally(() => {
      if (this.#pending.get(position) === reading) this.#pending.delete(position);
      this.changed();
      this.#store.listRead();
    });
    this.#pending.set(position, reading);
    this.changed();
    return reading;
  }

  async #read(position: number): Promise<void> {
    try {
      const { answers, moment } = await this.#store.readList(this.#calls(position));
      const [query, found, threads, members] = answers;
      const { list, state } = sound(found as Invocation)[1] as unknown as GetResponse<EmailRow>;
      const conversations = threads ? (sound(threads)[1] as unknown as GetResponse<Thread>).list : [];
      const rows = members ? await this.#rowsOf(members, conversations) : list;
      this.#store.learn(rows, conversations, state, moment);
      this.#take(position, sound(query as Invocation)[1] as unknown as QueryResponse, moment);
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
    }
  }

  /** The mails of conversations; where they are too many for one answer, asked for piece by piece. */
  async #rowsOf(members: Invocation, conversations: readonly Thread[]): Promise<readonly EmailRow[]> {
    if (members[0] !== 'error' || members[1]['type'] !== 'requestTooLarge')
      return (sound(members)[1] as unknown as GetResponse<EmailRow>).list;
    const { client } = this.#store;
    const ids = conversations.flatMap(({ emailIds }) => emailIds);
    const size = client.limit('maxObjectsInGet', 500);
    const rows: EmailRow[] = [];
    for (let at = 0; at < ids.length; at += size) {
      const args = { ids: ids.slice(at, at + size), properties: rowProperties };
      rows.push(...(await client.one<GetResponse<EmailRow>>('Email/get', args)).list);
    }
    return rows;
  }

  /** Whether a row of an answer was taken away here after that was asked for. */
  #hasLeft(id: string, moment: number): boolean {
    if (!this.#left.has(id)) return false;
    if (this.#store.local.isNewer(id, moment)) return true;
    this.#left.delete(id);
    return false;
  }

  #take(position: number, answer: QueryResponse, moment: number): void {
    const ids = answer.ids.filter(id => !this.#hasLeft(id, moment));
    const left = answer.ids.length - ids.length;
    this.#revision += 1;
    const changed = answer.queryState !== this.#queryState;
    if (changed) {
      // The other windows are read again when they are looked at.
      this.#fresh.clear();
      this.#queryState = answer.queryState;
    }
    this.#fresh.add(position);
    const total = answer.total ?? Math.max(this.#ids.length, position + answer.ids.length);
    this.#total = Math.max(0, total - left);
    // A row that has moved here stands no longer where it was.
    const here = new Set(ids);
    if (changed) this.#ids = this.#ids.map(id => (id !== undefined && here.has(id) ? undefined : id));
    ids.forEach((id, index) => {
      this.#ids[position + index] = id;
    });
    const end = position + ids.length;
    if (answer.ids.length < this.#windowSize) this.#ids.fill(undefined, end, position + this.#windowSize);
    this.#ids.length = Math.min(this.#ids.length, this.#total);
  }
}
