import { readQuoted, skipCfws } from '../message/parameters.ts';

/** One method's result (RFC 8601 §2.2): `dkim=pass header.d=example.com`. All in lower case but the values. */
export interface MethodResult {
  readonly method: string;
  readonly result: string;
  /** `header.d`, `smtp.mailfrom` … and their values. */
  readonly properties: ReadonlyMap<string, string>;
}

/** An Authentication-Results field. `results` is empty for `none`. */
export interface AuthenticationResults {
  /** Who checked, in lower case. */
  readonly authservId: string;
  readonly results: readonly MethodResult[];
}

const maxLength = 20_000;
const maxResults = 50;
const maxProperties = 20;
const enders = new Set(' \t\r\n;=()"'.split(''));

/** A quoted string or what stands up to the next delimiter. */
function readWord(text: string, from: number): { readonly value: string; readonly end: number } {
  if (text[from] === '"') return readQuoted(text, from);
  let end = from;
  while (end < text.length && !enders.has(text[end] ?? '')) end += 1;
  return { value: text.slice(from, end), end };
}

/** `name = value`, blanks and comments anywhere; null when there is none. The value goes on after an inner quote: `a@"b"`. */
function readPair(
  text: string,
  from: number,
): { readonly name: string; readonly value: string; readonly end: number } | null {
  const name = readWord(text, skipCfws(text, from));
  const equals = skipCfws(text, name.end);
  if (name.value === '' || text[equals] !== '=') return null;
  const value = readWord(text, skipCfws(text, equals + 1));
  return { name: name.value.toLowerCase(), value: value.value, end: value.end };
}

function readResult(piece: string): MethodResult | null {
  const head = readPair(piece, 0);
  if (!head) return null;
  const properties = new Map<string, string>();
  for (let at = head.end; properties.size < maxProperties; ) {
    const pair = readPair(piece, at);
    if (!pair) break;
    if (!properties.has(pair.name)) properties.set(pair.name, pair.value);
    at = pair.end;
  }
  const slash = head.name.indexOf('/');
  const method = slash < 0 ? head.name : head.name.slice(0, slash);
  return { method, result: head.value.toLowerCase(), properties };
}

/** Cuts at semicolons that stand neither in quotes nor in comments. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length && found.length <= maxResults; ) {
    const code = text[at];
    if (code === '"') at = readQuoted(text, at).end;
    else if (code === '(') at = Math.max(skipCfws(text, at), at + 1);
    else {
      if (code === ';') {
        found.push(text.slice(start, at));
        start = at + 1;
      }
      at += 1;
    }
  }
  found.push(text.slice(start));
  return found;
}

/**
 * Reads an Authentication-Results field that was unfolded (RFC 8601 §2.2). Null for what names nobody who checked; what
 * cannot be read among the results is passed over. Linear; looks at 20,000 characters and 50 results.
 */
export function parseAuthenticationResults(field: string): AuthenticationResults | null {
  const [head = '', ...rest] = pieces(field.slice(0, maxLength));
  const { value } = readWord(head, skipCfws(head, 0));
  if (value === '') return null;
  const results = rest.slice(0, maxResults).flatMap(piece => readResult(piece) ?? []);
  return { authservId: value.toLowerCase(), results };
}

/** What the checks say about who wrote a mail. `unchecked`: nobody of ours has looked. */
export type SenderVerdict = 'verified' | 'unverified' | 'suspicious' | 'unchecked';

/** Whether a domain is `other`, lies in it, or holds it (relaxed alignment without a list of public suffixes). */
function aligned(domain: string, other: string): boolean {
  const [a, b] = [domain.toLowerCase(), other.toLowerCase()];
  return a === b || (a.endsWith(`.${b}`) && b.includes('.')) || (b.endsWith(`.${a}`) && a.includes('.'));
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/**
 * The verdict on a mail that says it comes from `fromDomain`. Whoever signed in here (RFC 8601 §2.7.4) may write under their
 * own addresses only, so that nothing more is asked. Else DMARC decides where it was looked at; else a signature or an
 * envelope sender of that domain will do. What fails at DMARC, or at both others, is suspicious.
 */
export function judgeSender(results: AuthenticationResults | null, fromDomain: string): SenderVerdict {
  if (!results || results.results.length === 0) return 'unchecked';
  const of = (method: string): MethodResult[] => results.results.filter(one => one.method === method);
  if (of('auth').some(({ result }) => result === 'pass')) return 'verified';
  const dmarc = of('dmarc')[0]?.result;
  if (dmarc === 'pass') return 'verified';
  if (dmarc === 'fail') return 'suspicious';
  const signed = of('dkim').some(
    ({ result, properties }) =>
      result === 'pass' &&
      aligned(fromDomain, properties.get('header.d') ?? domainOf(properties.get('header.i') ?? '')),
  );
  const [spf] = of('spf');
  const sent =
    spf?.result === 'pass' && aligned(fromDomain, domainOf(spf.properties.get('smtp.mailfrom') ?? ''));
  if (signed || sent) return 'verified';
  const broken = of('dkim').some(({ result }) => result === 'fail');
  return broken && spf?.result === 'fail' ? 'suspicious' : 'unverified';
}
