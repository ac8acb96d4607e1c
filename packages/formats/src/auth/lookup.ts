/** A question to the DNS. Names are A-labels without the final dot; of PTR the address itself. */
export interface DnsQuery {
  readonly type: 'TXT' | 'A' | 'AAAA' | 'MX' | 'PTR';
  readonly name: string;
}

/**
 * What the DNS says. Records are texts: a TXT record with its strings joined, an address, the exchange of an MX record
 * (the preferred one first) or a name.
 */
export type DnsReply =
  | { readonly kind: 'records'; readonly records: readonly string[] }
  | { readonly kind: 'nodata' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'temporary' };

/** An evaluation that yields its questions one by one and is resumed with the replies: no I/O of its own. */
export type Lookup<Result> = Generator<DnsQuery, Result, DnsReply>;

/** Most octets of a name in text form (RFC 1035 §2.3.4). */
export const maxNameLength = 253;

/** Whether a name can stand in the DNS: labels of 1 to 63 octets, at most 253 in all (RFC 1035 §2.3.4). */
export function isDnsName(name: string): boolean {
  if (name.length === 0 || name.length > maxNameLength) return false;
  return name.split('.').every(label => label.length > 0 && label.length <= 63);
}

/** Asks, except about names that cannot exist: those are told apart from failures here. */
export function* ask(type: DnsQuery['type'], name: string): Lookup<DnsReply> {
  if (type !== 'PTR' && !isDnsName(name)) return { kind: 'nxdomain' };
  return yield { type, name };
}

/** Runs an evaluation against replies that are at hand. For tests and fuzzing. */
export function answerAll<Result>(lookup: Lookup<Result>, answer: (query: DnsQuery) => DnsReply): Result {
  let step = lookup.next();
  while (!step.done) step = lookup.next(answer(step.value));
  return step.value;
}
