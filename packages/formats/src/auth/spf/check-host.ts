import { ask, type DnsReply, isDnsName, type Lookup } from '../lookup.ts';
import { type AddressBytes, dottedAddress, parseIp, readableAddress, sharesPrefix } from './address.ts';
import { expandMacros, fitName, type MacroPiece, parseMacros, usesMacro } from './macro.ts';
import { type Directive, isSpfRecord, parseSpfRecord, type SpfRecord } from './record.ts';

/** RFC 7208 §2.6. */
export type SpfResultName = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export interface SpfResult {
  readonly result: SpfResultName;
  /** What the domain's owner says about a failure (RFC 7208 §6.2): a stranger's words, printable ASCII; else null. */
  readonly explanation: string | null;
}

/** Who connects and what is claimed. */
export interface SpfQuestion {
  /** Address of the client. */
  readonly ip: string;
  /** What the client called itself. */
  readonly helo: string;
  /** Domain that is asked, A-labels. */
  readonly domain: string;
  /** `local@domain`; for the HELO identity and the null reverse-path `postmaster@helo` (RFC 7208 §2.4). */
  readonly sender: string;
  /** Our own name, for explanations. */
  readonly receiver: string;
  /** s since the epoch, for explanations. */
  readonly now: number;
  /** Whether the explanation is fetched. */
  readonly explain: boolean;
}

/** RFC 7208 §4.6.4. */
export const spfLimits = { terms: 10, voids: 2, exchanges: 10, names: 10 } as const;

const maxExplanationLength = 500;

/** Ends an evaluation from within. */
class SpfError extends Error {
  readonly result: 'temperror' | 'permerror';

  constructor(result: 'temperror' | 'permerror') {
    super(result);
    this.result = result;
  }
}

/** Evaluates check_host() (RFC 7208 §4). Bounded: about 130 questions at the very most. */
export function* checkHost(question: SpfQuestion): Lookup<SpfResult> {
  const ip = parseIp(question.ip);
  if (ip === null) return { result: 'none', explanation: null };
  const evaluation = new SpfEvaluation(question, ip);
  try {
    return yield* evaluation.check(question.domain.toLowerCase(), question.explain);
  } catch (error) {
    if (error instanceof SpfError) return { result: error.result, explanation: null };
    throw error;
  }
}

class SpfEvaluation {
  readonly #question: SpfQuestion;
  readonly #ip: AddressBytes;
  readonly #local: string;
  readonly #senderDomain: string;
  #terms = 0;
  #voids = 0;
  #validated: string[] | null = null;

  constructor(question: SpfQuestion, ip: AddressBytes) {
    this.#question = question;
    this.#ip = ip;
    const at = question.sender.lastIndexOf('@');
    this.#local = (at <= 0 ? '' : question.sender.slice(0, at)) || 'postmaster';
    this.#senderDomain = question.sender.slice(at + 1);
  }

  *check(domain: string, explain: boolean): Lookup<SpfResult> {
    const nothing: SpfResult = { result: 'none', explanation: null };
    const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
    if (!isDnsName(name) || !name.includes('.')) return nothing;
    const reply = yield* ask('TXT', name);
    if (reply.kind === 'temporary') throw new SpfError('temperror');
    const records = reply.kind === 'records' ? reply.records.filter(isSpfRecord) : [];
    const [text, ...more] = records;
    if (text === undefined) return nothing;
    const record = more.length > 0 ? null : parseSpfRecord(text);
    if (record === null) throw new SpfError('permerror');
    return yield* this.#evaluate(record, name, explain);
  }

  *#evaluate(record: SpfRecord, domain: string, explain: boolean): Lookup<SpfResult> {
    for (const directive of record.directives) {
      if (!(yield* this.#matches(directive, domain))) continue;
      const result = directive.qualifier;
      const wanted = explain && result === 'fail' && record.explanation !== null;
      const explanation = wanted ? yield* this.#explain(record.explanation ?? [], domain) : null;
      return { result, explanation };
    }
    if (record.redirect === null) return { result: 'neutral', explanation: null };
    this.#countTerm();
    const target = yield* this.#expand(record.redirect, domain);
    const outcome = target === null ? null : yield* this.check(target, explain);
    if (outcome === null || outcome.result === 'none') throw new SpfError('permerror');
    return outcome;
  }

  *#matches({ mechanism }: Directive, domain: string): Lookup<boolean> {
    switch (mechanism.kind) {
      case 'all':
        return true;
      case 'ip':
        return sharesPrefix(this.#ip, mechanism.network, mechanism.bits);
      case 'include':
        return yield* this.#includes(mechanism.domain, domain);
      case 'exists': {
        const name = yield* this.#target(mechanism.domain, domain);
        return name !== null && (yield* this.#records('A', name)).length > 0;
      }
      case 'a': {
        const name = yield* this.#target(mechanism.domain, domain);
        return name !== null && (yield* this.#hasAddress(name, mechanism));
      }
      case 'mx': {
        const name = yield* this.#target(mechanism.domain, domain);
        if (name === null) return false;
        const exchanges = yield* this.#records('MX', name);
        if (exchanges.length > spfLimits.exchanges) throw new SpfError('permerror');
        for (const exchange of exchanges)
          if (exchange !== '' && (yield* this.#hasAddress(exchange, mechanism))) return true;
        return false;
      }
      default: {
        const name = yield* this.#target(mechanism.domain, domain);
        if (name === null) return false;
        return (yield* this.#validatedNames()).some(one => one === name || one.endsWith(`.${name}`));
      }
    }
  }

  *#includes(spec: readonly MacroPiece[], domain: string): Lookup<boolean> {
    const name = yield* this.#target(spec, domain);
    // A name that this sender's macros cannot make matches nobody (RFC 8616 §4).
    if (name === null) return false;
    const { result } = yield* this.check(name, false);
    if (result === 'none') throw new SpfError('permerror');
    return result === 'pass';
  }

  /** The name that a term which asks the DNS is about; null when macros cannot be put in. */
  *#target(spec: readonly MacroPiece[] | null, domain: string): Lookup<string | null> {
    this.#countTerm();
    return spec === null ? domain : yield* this.#expand(spec, domain);
  }

  #countTerm(): void {
    this.#terms += 1;
    if (this.#terms > spfLimits.terms) throw new SpfError('permerror');
  }

  *#hasAddress(
    name: string,
    { bits4, bits6 }: { readonly bits4: number; readonly bits6: number },
  ): Lookup<boolean> {
    const four = this.#ip.length === 4;
    const addresses = yield* this.#records(four ? 'A' : 'AAAA', name);
    return addresses.some(text => {
      const address = parseIp(text);
      return address !== null && sharesPrefix(this.#ip, address, four ? bits4 : bits6);
    });
  }

  /** Records, counting answers without any (RFC 7208 §4.6.4). */
  *#records(type: 'A' | 'AAAA' | 'MX', name: string): Lookup<readonly string[]> {
    const reply: DnsReply = yield* ask(type, name);
    if (reply.kind === 'temporary') throw new SpfError('temperror');
    if (reply.kind === 'records' && reply.records.length > 0) return reply.records;
    this.#voids += 1;
    if (this.#voids > spfLimits.voids) throw new SpfError('permerror');
    return [];
  }

  /** Names of the client's address that lead back to it (RFC 7208 §5.5); failures make it none. */
  *#validatedNames(): Lookup<readonly string[]> {
    if (this.#validated !== null) return this.#validated;
    this.#validated = [];
    const reply = yield* ask('PTR', readableAddress(this.#ip));
    const names = reply.kind === 'records' ? reply.records.slice(0, spfLimits.names) : [];
    for (const given of names) {
      const name = fitName(given);
      const addresses = yield* ask(this.#ip.length === 4 ? 'A' : 'AAAA', name);
      if (addresses.kind !== 'records') continue;
      const back = addresses.records.some(text => {
        const address = parseIp(text);
        return address !== null && sharesPrefix(this.#ip, address, this.#ip.length * 8);
      });
      if (back) this.#validated.push(name);
    }
    return this.#validated;
  }

  /** The name that a domain-spec makes. */
  *#expand(spec: readonly MacroPiece[], domain: string): Lookup<string | null> {
    const text = yield* this.#fill(spec, domain);
    return text === null ? null : fitName(text);
  }

  *#fill(pieces: readonly MacroPiece[], domain: string): Lookup<string | null> {
    // RFC 8616 §4: local parts beyond ASCII cannot be labels.
    if (usesMacro(pieces, 'sl') && !isPlain(this.#local)) return null;
    const name = usesMacro(pieces, 'p') ? yield* this.#nameOf(domain) : '';
    const { helo, receiver, now } = this.#question;
    const values: Record<string, string> = {
      s: `${this.#local}@${this.#senderDomain}`,
      l: this.#local,
      o: this.#senderDomain,
      d: domain,
      i: dottedAddress(this.#ip),
      p: name,
      h: helo,
      c: readableAddress(this.#ip),
      r: receiver,
      t: String(now),
      v: this.#ip.length === 4 ? 'in-addr' : 'ip6',
    };
    return expandMacros(pieces, letter => values[letter] ?? '');
  }

  /** `%{p}`: the name of the client that fits the domain best (RFC 7208 §7.3). */
  *#nameOf(domain: string): Lookup<string> {
    const names = yield* this.#validatedNames();
    const own = names.find(name => name === domain) ?? names.find(name => name.endsWith(`.${domain}`));
    return own ?? names[0] ?? 'unknown';
  }

  *#explain(spec: readonly MacroPiece[], domain: string): Lookup<string | null> {
    const name = yield* this.#expand(spec, domain);
    if (name === null) return null;
    const reply = yield* ask('TXT', name);
    if (reply.kind !== 'records' || reply.records.length !== 1) return null;
    const pieces = parseMacros(reply.records[0] ?? '', true);
    const text = pieces && (yield* this.#fill(pieces, domain));
    return text && isPlain(text) ? text.slice(0, maxExplanationLength) : null;
  }
}

/** Whether a text is printable ASCII. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
