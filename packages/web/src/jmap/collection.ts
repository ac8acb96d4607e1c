import { type Call, type Invocation, type JmapClient, JmapError, setError } from './client.ts';
import { Observable } from './observable.ts';
import type { KeptCollection } from './offline/snapshot.ts';
import type { ChangesResponse, GetResponse, SetResponse } from './types.ts';

/** All objects of one small JMAP type, kept like the server's. Order is the caller's business. */
export class Collection<Item extends { readonly id: string }> extends Observable {
  readonly #client: JmapClient;
  readonly #type: string;
  readonly #capability: string;
  /** As the server has told them. */
  readonly #items = new Map<string, Item>();
  /** Changes on their way: shown, not yet answered. */
  readonly #changes = new Set<{
    readonly id: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }>();
  /** What is shown: the server's with the changes on top; made when asked for. */
  #shown: ReadonlyMap<string, Item> | null = null;
  #state: string | null = null;
  #loading: Promise<void> | null = null;
  /** Ends when all that was asked of the server before has been answered. */
  #before: Promise<unknown> = Promise.resolve();

  /** `type` as in method names; `capability` is the URN that offers it. */
  constructor(client: JmapClient, type: string, capability: string) {
    super();
    this.#client = client;
    this.#type = type;
    this.#capability = capability;
  }

  /** Whether this server and account have the type. */
  get offered(): boolean {
    return this.#client.offers(this.#capability);
  }

  get loaded(): boolean {
    return this.#state !== null;
  }

  get items(): readonly Item[] {
    return [...this.#view().values()];
  }

  get(id: string): Item | undefined {
    return this.#view().get(id);
  }

  #view(): ReadonlyMap<string, Item> {
    if (this.#shown) return this.#shown;
    const shown = new Map(this.#items);
    for (const { id, properties } of this.#changes) {
      const item = shown.get(id);
      if (item) shown.set(id, { ...item, ...properties });
    }
    this.#shown = shown;
    return shown;
  }

  protected override changed(): void {
    this.#shown = null;
    super.changed();
  }

  /** One after the other: an older answer must not replace a newer one. */
  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#before.then(run, run);
    this.#before = result;
    return result;
  }

  /** What is here, for keeping; null before the first `load`. */
  get keepable(): KeptCollection | null {
    return this.#state === null ? null : { state: this.#state, items: [...this.#items.values()] };
  }

  /** Takes up what was kept; `sync` brings it up to date. */
  restore({ state, items }: KeptCollection): void {
    this.#take({ state, list: items as readonly Item[], notFound: [] });
  }

  /** Reads everything, once; afterwards `sync` keeps it up to date. */
  load(): Promise<void> {
    if (!this.offered || this.loaded) return Promise.resolve();
    this.#loading ??= this.#read().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** What `load` would ask for, to go along with other calls; null when there is nothing to read. */
  get reading(): Call | null {
    return this.offered && !this.loaded ? [`${this.#type}/get`, { ids: null }] : null;
  }

  /** Takes up the answer to `reading`. */
  accept([, answer]: Invocation): void {
    this.#take(answer as unknown as GetResponse<Item>);
  }

  async #read(): Promise<void> {
    this.#take(await this.#client.one<GetResponse<Item>>(`${this.#type}/get`, { ids: null }));
  }

  #take(answer: GetResponse<Item>): void {
    this.#items.clear();
    for (const item of answer.list) this.#items.set(item.id, item);
    this.#state = answer.state;
    this.changed();
  }

  /** Fetches what has changed, when the server says so. Does nothing before the first `load`. */
  sync(state?: string): Promise<void> {
    return this.#inTurn(() => this.#catchUp(state));
  }

  async #catchUp(state?: string): Promise<void> {
    if (this.#state === null || state === this.#state) return;
    try {
      for (let more = true; more; ) {
        const changes: ChangesResponse = await this.#client.one<ChangesResponse>(`${this.#type}/changes`, {
          sinceState: this.#state,
        });
        const ids = [...changes.created, ...changes.updated];
        for (const id of changes.destroyed) this.#items.delete(id);
        if (ids.length) {
          const answer = await this.#client.one<GetResponse<Item>>(`${this.#type}/get`, { ids });
          for (const item of answer.list) this.#items.set(item.id, item);
        }
        this.#state = changes.newState;
        more = changes.hasMoreChanges;
      }
      this.changed();
    } catch (error) {
      // Singletons such as VacationResponse have no /changes (RFC 8621 §8): they are read anew.
      const anew = ['cannotCalculateChanges', 'unknownMethod'];
      if (!(error instanceof JmapError) || !anew.includes(error.code)) throw error;
      await this.#read();
    }
  }

  #set(args: Readonly<Record<string, unknown>>): Promise<SetResponse> {
    return this.#inTurn(async () => {
      const answer = await this.#client.one<SetResponse>(`${this.#type}/set`, args);
      const error = setError(answer.notCreated, answer.notUpdated, answer.notDestroyed);
      if (error) throw error;
      await this.#catchUp(answer.newState);
      return answer;
    });
  }

  /** Makes one; resolves with its id. */
  async create(value: Readonly<Record<string, unknown>>): Promise<string> {
    await this.load();
    const answer = await this.#set({ create: { new: value } });
    const id = answer.created?.['new']?.id;
    if (!id) throw new JmapError('noId');
    return id;
  }

  /** Changes properties: at once here, then on the server; a refusal is taken back and thrown. Of several
   *  changes of one object the last one holds. */
  async update(id: string, patch: Readonly<Record<string, unknown>>): Promise<void> {
    const properties = Object.fromEntries(Object.entries(patch).filter(([path]) => !path.includes('/')));
    const change = { id, properties };
    this.#changes.add(change);
    this.changed();
    try {
      await this.load();
      await this.#set({ update: { [id]: patch } });
    } finally {
      this.#changes.delete(change);
      this.changed();
    }
  }

  async destroy(ids: readonly string[]): Promise<void> {
    await this.#set({ destroy: ids });
  }
}
