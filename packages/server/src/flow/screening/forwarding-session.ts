import { trustedResults } from '@hongyan/formats/auth/results/trusted-results.ts';
import type { ScreenSession, ScreenVerdict } from '../screen.ts';
import { MessageSignatures } from './checks/signatures.ts';
import type { ScreeningContext } from './context.ts';
import { Deadline } from './dns/deadline.ts';
import type { KeyCache } from './dns/key-cache.ts';
import { Questions } from './dns/questions.ts';

/**
 * What the server itself sends. Nothing is checked, except that a message which it sends on for somebody gets its chain
 * verified, for a seal of our own (RFC 8617 §5.1): what had been found out when it came in stands in our own field.
 */
export class ForwardingSession implements ScreenSession {
  readonly #context: ScreeningContext;
  readonly #keys: KeyCache;
  #deadline: Deadline | null = null;
  #signatures: MessageSignatures | null = null;

  constructor(context: ScreeningContext, keys: KeyCache) {
    this.#context = context;
    this.#keys = keys;
  }

  forwards(): void {
    const { clock, options, resolver } = this.#context;
    this.#deadline = new Deadline(clock, options.deadlineMs);
    this.#signatures = new MessageSignatures({
      questions: new Questions(resolver, this.#deadline),
      keys: this.#keys,
      maxSignatures: 0,
      forward: true,
    });
  }

  push(chunk: Uint8Array): undefined {
    this.#signatures?.push(chunk);
    return undefined;
  }

  async verdict(): Promise<ScreenVerdict> {
    if (this.#signatures === null) return { kind: 'pass' };
    const now = Math.floor(this.#context.clock.now() / 1000);
    const { arc, index, bodyHash } = await this.#signatures.verdicts(now);
    const known = trustedResults(index.block, this.#context.hostname);
    if (known === null || bodyHash === null) return { kind: 'pass' };
    return { kind: 'pass', forward: { results: known.results, arc, index, bodyHash } };
  }

  [Symbol.dispose](): void {
    this.#deadline?.[Symbol.dispose]();
  }
}
