import { type JmapClient, JmapError } from '../client.ts';
import { mailsAtOnce } from '../many/set-emails.ts';
import { Observable } from '../observable.ts';
import type { EmailPatch, SetResponse } from '../types.ts';
import { keep, kept } from './keeper.ts';

/** Whether a failure means that nobody was reached, so that trying again later is right. */
export function isOffline(error: unknown): boolean {
  return error instanceof JmapError && error.code === 'network';
}

/** Changes made without a network, in order, the newest of each property: sent when there is one again. */
export class PendingChanges extends Observable {
  readonly #client: JmapClient;
  readonly #patches = new Map<string, EmailPatch>();
  #flushing: Promise<number> | null = null;

  constructor(client: JmapClient) {
    super();
    this.#client = client;
  }

  get #name(): string {
    return `pending/${this.#client.accountId}`;
  }

  /** Mails that have changes. */
  get count(): number {
    return this.#patches.size;
  }

  get patches(): ReadonlyMap<string, EmailPatch> {
    return this.#patches;
  }

  /** Takes up what an earlier visit left. */
  async restore(): Promise<void> {
    const left = await kept<[string, EmailPatch][]>(this.#name);
    for (const [id, patch] of left ?? []) this.#patches.set(id, { ...patch, ...this.#patches.get(id) });
    if (left?.length) this.changed();
  }

  add(patches: ReadonlyMap<string, EmailPatch>): void {
    for (const [id, patch] of patches) this.#patches.set(id, { ...this.#patches.get(id), ...patch });
    this.#save();
  }

  #save(): void {
    this.changed();
    void keep(this.#name, [...this.#patches]);
  }

  /** Sends what waits. Returns how many mails the server did not let change. Throws what `add` was called for: no network. */
  flush(): Promise<number> {
    this.#flushing ??= this.#send().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #send(): Promise<number> {
    let refused = 0;
    while (this.#patches.size > 0) {
      const part = [...this.#patches].slice(0, mailsAtOnce(this.#client));
      let answer: SetResponse | null = null;
      try {
        answer = await this.#client.one<SetResponse>('Email/set', { update: Object.fromEntries(part) });
      } catch (error) {
        // Signed out, or the server is busy: they wait on. What the server will never take is dropped.
        if (isOffline(error) || (error instanceof JmapError && /^(?:signedOut|http|server)/.test(error.code)))
          throw error;
      }
      refused += answer ? Object.keys(answer.notUpdated ?? {}).length : part.length;
      for (const [id, patch] of part) if (this.#patches.get(id) === patch) this.#patches.delete(id);
      this.#save();
    }
    return refused;
  }
}
