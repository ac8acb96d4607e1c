import { type JmapClient, JmapError, setError } from './client.ts';
import { Observable } from './observable.ts';
import type { KeptCollection } from './offline/snapshot.ts';
import type { ChangesResponse, GetResponse, SetResponse } from './types.ts';

/** All objects of one small JMAP type, kept like the server's. Order is the caller's business. */
export class Collection<Item extends { readonly id: string }> extends Observable {
  readonly #client: JmapClient;
  readonly #type: string;
  readonly #capability: string;
  readonly #items = new Map<string, Item>();
  #state: string | null = null;
  #loading: Promise<void> | null = null;

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
    return [...this.#items.values()];
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** What is here, for keeping; null before the first `load`. */
  get keepable(): KeptCollection | null {
    return this.#state === null ? null : { state: this.#state, items: this.items };
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
  async sync(state?: string): Promise<void> {
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

  async #set(args: Readonly<Record<string, unknown>>): Promise<SetResponse> {
    const answer = await this.#client.one<SetResponse>(`${this.#type}/set`, args);
    const error = setError(answer.notCreated, answer.notUpdated, answer.notDestroyed);
    if (error) throw error;
    await this.sync(answer.newState);
    return answer;
  }

  /** Makes one; resolves with its id. */
  async create(value: Readonly<Record<string, unknown>>): Promise<string> {
    await this.load();
    const answer = await this.#set({ create: { new: value } });
    const id = answer.created?.['new']?.id;
    if (!id) throw new JmapError('noId');
    return id;
  }

  /** Changes properties: at once here, then on the server; a refusal is taken back and thrown. */
  async update(id: string, patch: Readonly<Record<string, unknown>>): Promise<void> {
    await this.load();
    const before = this.#items.get(id);
    if (before) {
      const plain = Object.fromEntries(Object.entries(patch).filter(([path]) => !path.includes('/')));
      this.#items.set(id, { ...before, ...plain });
      this.changed();
    }
    try {
      await this.#set({ update: { [id]: patch } });
    } catch (error) {
      if (before) this.#items.set(id, before);
      this.changed();
      throw error;
    }
  }

  async destroy(ids: readonly string[]): Promise<void> {
    await this.#set({ destroy: ids });
  }
}
