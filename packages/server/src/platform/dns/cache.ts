import type { Clock } from '../clock.ts';
import type { DnsAnswer, DnsQuestion, Resolver } from './resolver.ts';

export interface DnsCacheOptions {
  /** Most answers kept; the oldest goes first. */
  readonly maxAnswers?: number;
  /** How long an answer is used again, ms. The name servers asked keep the real TTLs. */
  readonly keepMs?: number;
}

interface Kept {
  readonly until: number;
  readonly answer: Promise<DnsAnswer<unknown>>;
}

/**
 * Remembers answers for a short, fixed time and lets equal questions that are under way share one query.
 * `temporary` answers are not kept.
 */
export function cachingResolver(inner: Resolver, clock: Clock, options: DnsCacheOptions = {}): Resolver {
  const maxAnswers = options.maxAnswers ?? 10_000;
  const keepMs = options.keepMs ?? 60_000;
  const kept = new Map<string, Kept>();

  function remember<Record>(
    question: DnsQuestion,
    name: string,
    query: (name: string) => Promise<DnsAnswer<Record>>,
  ): Promise<DnsAnswer<Record>> {
    const key = `${question} ${name.toLowerCase()}`;
    const now = clock.now();
    const found = kept.get(key);
    // A clock that was set back must not keep an answer for ever, hence the second comparison.
    if (found && now < found.until && found.until - now <= keepMs) {
      return found.answer as Promise<DnsAnswer<Record>>;
    }
    kept.delete(key);
    const answer = query(name);
    const entry: Kept = { until: now + keepMs, answer };
    kept.set(key, entry);
    if (kept.size > maxAnswers) {
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    }
    const forget = (): void => {
      if (kept.get(key) === entry) kept.delete(key);
    };
    void answer.then(result => (result.kind === 'temporary' ? forget() : undefined), forget);
    return answer;
  }

  return {
    mx: name => remember('mx', name, asked => inner.mx(asked)),
    a: name => remember('a', name, asked => inner.a(asked)),
    aaaa: name => remember('aaaa', name, asked => inner.aaaa(asked)),
    txt: name => remember('txt', name, asked => inner.txt(asked)),
    ptr: address => remember('ptr', address, asked => inner.ptr(asked)),
    cname: name => remember('cname', name, asked => inner.cname(asked)),
  };
}
