import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { senderKey } from '../types/sender.ts';

export type SenderVerdict = 'allow' | 'block' | null;

/** A member's lists of senders (FLT-02, FLT-03). */
export class SenderLists {
  readonly #verdicts: ReadonlyMap<string, string>;

  constructor(entries: readonly JsonObject[]) {
    this.#verdicts = new Map(entries.map(entry => [textOf(entry, 'value'), textOf(entry, 'kind')]));
  }

  get isEmpty(): boolean {
    return this.#verdicts.size === 0;
  }

  /**
   * What the lists say about a mail's senders, those of the envelope and of From. An address counts more than a domain,
   * a domain more than the one it lies in; at the same level, allowed wins.
   */
  verdict(senders: readonly string[]): SenderVerdict {
    const keys = senders.map(senderKey).filter(key => key !== null);
    if (this.isEmpty || keys.length === 0) return null;
    const levels = keys.map(key => [key, ...domainsOf(key)]);
    const depth = Math.max(...levels.map(level => level.length));
    const exact = this.#among(levels.map(level => level[0] ?? ''));
    if (exact !== null) return exact;
    for (let at = depth; at > 1; at -= 1) {
      const verdict = this.#among(levels.map(level => level.at(-(at - 1)) ?? ''));
      if (verdict !== null && at > 1) return verdict;
    }
    return null;
  }

  #among(keys: readonly string[]): SenderVerdict {
    const found = keys.map(key => this.#verdicts.get(key));
    if (found.includes('allow')) return 'allow';
    return found.includes('block') ? 'block' : null;
  }
}

/** The domain of an address and those that it lies in, the narrowest first. */
function domainsOf(key: string): string[] {
  const domain = key.slice(key.lastIndexOf('@') + 1);
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'));
}
