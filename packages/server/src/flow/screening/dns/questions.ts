import type { DnsQuery, DnsReply, Lookup } from '@hongyan/formats/auth/lookup.ts';
import type { DnsAnswer, Resolver } from '../../../platform/dns/resolver.ts';
import type { Deadline } from './deadline.ts';

/** Most records of one answer, and most octets of one, that are looked at: an answer may hold 64 KB of anything. */
const mostRecords = 100;
const mostOctets = 16 * 1024;

/** Asks the DNS about one message. */
export class Questions {
  readonly #resolver: Resolver;
  readonly #deadline: Deadline;

  constructor(resolver: Resolver, deadline: Deadline) {
    this.#resolver = resolver;
    this.#deadline = deadline;
  }

  /** One question; `temporary` when the time is over. Never throws. */
  async ask(query: DnsQuery): Promise<DnsReply> {
    try {
      return await this.#deadline.within(this.#reply(query), { kind: 'temporary' });
    } catch {
      return { kind: 'temporary' };
    }
  }

  /** Runs an evaluation, asking what it wants to know. */
  async run<Result>(lookup: Lookup<Result>): Promise<Result> {
    let step = lookup.next();
    while (!step.done) step = lookup.next(await this.ask(step.value));
    return step.value;
  }

  async #reply({ type, name }: DnsQuery): Promise<DnsReply> {
    switch (type) {
      case 'TXT':
        return texts(await this.#resolver.txt(name));
      case 'A':
        return texts(await this.#resolver.a(name));
      case 'AAAA':
        return texts(await this.#resolver.aaaa(name));
      case 'PTR':
        return texts(await this.#resolver.ptr(name));
      default: {
        const answer = await this.#resolver.mx(name);
        if (answer.kind !== 'records') return texts(answer);
        const sorted = answer.records.toSorted((one, other) => one.preference - other.preference);
        return texts({ kind: 'records', records: sorted.map(({ exchange }) => exchange) });
      }
    }
  }
}

function texts(answer: DnsAnswer<string>): DnsReply {
  if (answer.kind !== 'records') return { kind: answer.kind };
  const records = answer.records.filter(text => text.length <= mostOctets);
  return { kind: 'records', records: records.slice(0, mostRecords) };
}
