import { type JmapClient, JmapError } from './client.ts';
import { Observable } from './observable.ts';
import type { GetResponse, SenderCheck } from './types.ts';

const capability = 'urn:hongyan:params:jmap:sender-check';
/** Checks kept; they cost little to ask for again. */
const maxKept = 1_000;
/** Ids asked for in one call. */
const maxAsked = 100;

/** What the server knows of the senders of mails that were opened, read once each, several in one call. */
export class SenderChecks extends Observable {
  readonly #client: JmapClient;
  readonly #known = new Map<string, SenderCheck>();
  #wanted = new Set<string>();
  #asking = false;

  constructor(client: JmapClient) {
    super();
    this.#client = client;
  }

  of(mailId: string): SenderCheck | undefined {
    return this.#known.get(mailId);
  }

  /** Asks for a mail's check, unless it is there. A failure leaves the reader as it is: it says less, nothing wrong. */
  want(mailId: string): void {
    if (this.#known.has(mailId) || !this.#client.offers(capability)) return;
    this.#wanted.add(mailId);
    if (this.#asking) return;
    this.#asking = true;
    queueMicrotask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const ids = [...this.#wanted].slice(0, maxAsked);
    this.#wanted = new Set([...this.#wanted].slice(maxAsked));
    try {
      const answer = await this.#client.one<GetResponse<SenderCheck>>('SenderCheck/get', { ids });
      if (this.#known.size > maxKept) this.#known.clear();
      for (const check of answer.list) this.#known.set(check.id, check);
    } catch {
      // Said less this time; opening the mail asks again.
    }
    this.#asking = false;
    this.changed();
    const [next] = this.#wanted;
    if (next !== undefined) this.want(next);
  }

  /** Leaves the list a mail came through (RFC 8058), by the server. Throws when the list did not take it. */
  async unsubscribe(mailId: string): Promise<void> {
    const { done } = await this.#client.one<{ done: boolean }>('SenderCheck/unsubscribe', {
      emailId: mailId,
    });
    if (!done) throw new JmapError('unsubscribeRefused');
  }
}
