import {
  type PublicKey,
  readPublicKey,
  type UnusableKey,
} from '@hongyan/formats/auth/dkim/verify/public-key.ts';
import { type KeyAnswer, keyOf } from '@hongyan/formats/auth/dkim/verify/verdict.ts';
import type { DnsReply } from '@hongyan/formats/auth/lookup.ts';

/** Most key records whose keys are remembered. */
const mostKeys = 1000;

/** Keys by the text of their record: reading one costs more than using it. Holds nothing that could become stale. */
export class KeyCache {
  readonly #keys = new Map<string, PublicKey | UnusableKey | null>();

  keyOf(reply: DnsReply): KeyAnswer {
    return keyOf(reply, text => this.#read(text));
  }

  #read(text: string): PublicKey | UnusableKey | null {
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const key = readPublicKey(text);
    this.#keys.set(text, key);
    if (this.#keys.size > mostKeys) {
      const oldest = this.#keys.keys().next();
      if (!oldest.done) this.#keys.delete(oldest.value);
    }
    return key;
  }
}
