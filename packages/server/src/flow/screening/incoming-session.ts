import type { FieldIndex } from '@hongyan/formats/auth/dkim/verify/signed-input.ts';
import { evaluateDmarc } from '@hongyan/formats/auth/dmarc/evaluate.ts';
import { DmarcRecords } from '@hongyan/formats/auth/dmarc/tree-walk.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { ScreenSession, ScreenVerdict } from '../screen.ts';
import type { Origin } from '../types.ts';
import { authorOf } from './checks/author.ts';
import { type Client, checkBlockLists, checkReverse, checkSpf, type SpfVerdict } from './checks/client.ts';
import { dmarcAction } from './checks/dmarc-action.ts';
import { isWithin } from './checks/lists.ts';
import { signalsOf, spamPercent } from './checks/score.ts';
import { MessageSignatures, type SignatureVerdicts } from './checks/signatures.ts';
import type { ScreeningContext } from './context.ts';
import { Deadline } from './dns/deadline.ts';
import type { KeyCache } from './dns/key-cache.ts';
import { Questions } from './dns/questions.ts';
import type { Findings } from './findings.ts';
import { resultsField, resultsOf, spamField, summaryOf } from './results.ts';
import { ClamdScan } from './virus/clamd.ts';
import { TestStringScanner } from './virus/test-strings.ts';

/** The least time that a domain's policy may take to be found, ms, when keys took it all. */
const leastPolicyMs = 500;

/**
 * One message from another server. The DNS is asked about the client as soon as there is a reverse-path and about keys and
 * policy as soon as the header is complete, while the body still comes in.
 */
export class IncomingSession implements ScreenSession {
  readonly #context: ScreeningContext;
  readonly #keys: KeyCache;
  readonly #client: Client;
  readonly #deadlines: Deadline[] = [];
  readonly #spf: Promise<SpfVerdict>;
  readonly #reverse: ReturnType<typeof checkReverse>;
  readonly #listed: ReturnType<typeof checkBlockLists>;
  readonly #test = new TestStringScanner();
  #signatures: MessageSignatures | null = null;
  #scan: ClamdScan | null = null;
  #forward = false;

  constructor(context: ScreeningContext, keys: KeyCache, { peer }: Origin, sender: string) {
    this.#context = context;
    this.#keys = keys;
    const { hostname, clock, options } = context;
    const now = Math.floor(clock.now() / 1000);
    this.#client = { address: peer.address, helo: peer.helo, sender, hostname, now };
    const questions = this.#questions(options.deadlineMs);
    this.#spf = checkSpf(questions, this.#client);
    this.#reverse = checkReverse(questions, peer.address);
    this.#listed = checkBlockLists(questions, options.dnsbl, peer.address);
  }

  forwards(): void {
    this.#forward = true;
  }

  push(chunk: Uint8Array): Promise<void> | undefined {
    this.#signatures ??= this.#openSignatures();
    this.#signatures.push(chunk);
    this.#test.push(chunk);
    const { clamd } = this.#context.options;
    if (clamd === null) return undefined;
    this.#scan ??= this.#openScan(clamd);
    return this.#scan.push(chunk);
  }

  async verdict(): Promise<ScreenVerdict> {
    const findings = await this.#findings();
    const { options, hostname } = this.#context;
    const { test, scanner } = findings;
    if (test.virus || scanner?.kind === 'found') {
      const name = scanner?.kind === 'found' ? scanner.name : 'Eicar-Test-Signature';
      return { kind: 'refuse', error: refusal(`A virus was found: ${name}`), note: `virus ${name}` };
    }
    const signals = signalsOf(findings, options);
    const points = round(signals.reduce((sum, signal) => sum + signal.points, 0));
    const action = dmarcAction(findings, options);
    const note = summaryOf(findings, points, action);
    if (action.action === 'refuse') return { kind: 'refuse', error: dmarcRefusal(findings), note };
    const results = resultsOf(findings, action);
    const fields =
      resultsField({ server: hostname, results }) + spamField(signals, points, options.junkScore);
    const spam = spamPercent(points, options.junkScore);
    const { arc, index, bodyHash } = findings.signatures;
    const common = {
      fields,
      note,
      senderProven: this.#isProven(findings),
      scores: { spam, ...(scanner?.kind === 'clean' && { virus: 1 }) },
      ...(bodyHash !== null && { forward: { results, arc, index, bodyHash } }),
    };
    if (action.action === 'junk' || points >= options.junkScore)
      return { kind: 'junk', reason: note, forged: action.action === 'junk', ...common };
    return { kind: 'pass', ...common };
  }

  [Symbol.dispose](): void {
    for (const deadline of this.#deadlines) deadline[Symbol.dispose]();
    this.#scan?.[Symbol.dispose]();
  }

  #questions(ms: number): Questions {
    const deadline = new Deadline(this.#context.clock, ms);
    this.#deadlines.push(deadline);
    return new Questions(this.#context.resolver, deadline);
  }

  #openSignatures(): MessageSignatures {
    const { deadlineMs, maxSignatures } = this.#context.options;
    const questions = this.#questions(deadlineMs);
    return new MessageSignatures({
      questions,
      keys: this.#keys,
      maxSignatures,
      forward: this.#forward,
      header: index => this.#lookAhead(questions, index),
    });
  }

  /** Asks for the policy before it is needed: the answers are remembered by the resolver. */
  #lookAhead(questions: Questions, index: FieldIndex): void {
    const author = authorOf(index.block);
    if (author.kind === 'one') void questions.run(new DmarcRecords().walk(author.domain));
  }

  #openScan(address: string): ClamdScan {
    const { clamdMaxBytes: maxBytes, clamdTimeoutMs: timeoutMs } = this.#context.options;
    return new ClamdScan({ address, maxBytes, timeoutMs }, this.#context.clock);
  }

  async #findings(): Promise<Findings> {
    const { clock, options, log } = this.#context;
    const began = clock.now();
    const now = Math.floor(began / 1000);
    const [spf, reverse, listed, signatures, scanner] = await Promise.all([
      this.#spf,
      this.#reverse,
      this.#listed,
      (this.#signatures ??= this.#openSignatures()).verdicts(now),
      this.#scan?.finish() ?? null,
    ]);
    if (scanner?.kind === 'unknown') log.warn('screening.not_scanned', { reason: scanner.reason });
    const author = authorOf(signatures.index.block);
    const left = Math.max(leastPolicyMs, options.deadlineMs - Math.abs(clock.now() - began));
    const checked = { spf, signatures };
    const dmarc = author.kind === 'one' ? await this.#dmarc(author.domain, checked, left) : null;
    const authorIsOurs = author.kind === 'one' && (await this.#isOurs(author.address));
    const { found: test } = this.#test;
    const client = this.#client;
    return { client, spf, reverse, listed, signatures, author, dmarc, authorIsOurs, test, scanner };
  }

  #dmarc(
    author: string,
    { spf, signatures }: { readonly spf: SpfVerdict; readonly signatures: SignatureVerdicts },
    ms: number,
  ): Promise<NonNullable<Findings['dmarc']>> {
    const passed = signatures.dkim.filter(({ result }) => result === 'pass');
    return this.#questions(ms).run(
      evaluateDmarc({
        author,
        // RFC 7489 §3.1.2: the HELO identity stands in only where the reverse-path is null.
        spf: spf.result === 'pass' ? spf.domain : null,
        dkim: passed.map(({ domain }) => domain),
        unsure: spf.result === 'temperror' || signatures.dkim.some(({ result }) => result === 'temperror'),
        sample: this.#context.sample(),
      }),
    );
  }

  /** Whether the author's domain is served here; false when nobody can tell. */
  async #isOurs(address: string): Promise<boolean> {
    try {
      return (await this.#context.directory.resolve(address)).kind !== 'outside';
    } catch (error) {
      if (isMailError(error)) return false;
      throw error;
    }
  }

  /** The reverse-path is proven: SPF passed for it, or a signature of its domain or one above it. */
  #isProven({ spf, signatures, client }: Findings): boolean {
    if (client.sender === '') return false;
    if (spf.result === 'pass') return true;
    return signatures.dkim.some(
      ({ result, domain }) => result === 'pass' && domain.includes('.') && isWithin(spf.domain, domain),
    );
  }
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}

/** A refusal whose words go into the reply: ASCII on one line. */
function refusal(reason: string): MailError {
  return new MailError('message.refused', { reason: reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 400) });
}

function dmarcRefusal({ author, dmarc, spf, signatures }: Findings): MailError {
  const domain = author.kind === 'one' ? author.domain : '';
  const dkim = signatures.dkim[0]?.result ?? 'none';
  const at = dmarc?.at ?? domain;
  return refusal(
    `Refused by the DMARC policy of ${at} (p=reject): mail from ${domain} is not proven, SPF ${spf.result}, DKIM ${dkim}`,
  );
}
