import { Buffer } from 'node:buffer';
import { type ArcChain, brokenSeal, readArcChain } from '@hongyan/formats/auth/arc/chain.ts';
import { BodyStart } from '@hongyan/formats/auth/dkim/body-start.ts';
import { keyRecordName } from '@hongyan/formats/auth/dkim/key-record.ts';
import { BodyHashes } from '@hongyan/formats/auth/dkim/verify/body-hashes.ts';
import {
  readSignatureField,
  type SignatureField,
  type UnusableSignature,
} from '@hongyan/formats/auth/dkim/verify/signature-field.ts';
import { FieldIndex } from '@hongyan/formats/auth/dkim/verify/signed-input.ts';
import {
  type DkimVerdict,
  type KeyAnswer,
  unusableVerdict,
  verdictOf,
} from '@hongyan/formats/auth/dkim/verify/verdict.ts';
import { HeaderBlock, MAX_HEADER_FIELDS } from '@hongyan/formats/message/headers.ts';
import type { KeyCache } from '../dns/key-cache.ts';
import type { Questions } from '../dns/questions.ts';

/** Largest header whose signatures are verified, bytes. */
const maxHeaderBytes = 1024 * 1024;

/** RFC 8617 §4.4, with what a forwarder needs to add a set of its own. */
export interface ArcVerdict {
  readonly result: 'none' | 'pass' | 'fail' | 'temperror';
  readonly reason: string;
  readonly chain: ArcChain;
}

export interface SignatureVerdicts {
  readonly dkim: readonly DkimVerdict[];
  /** DKIM-Signature fields beyond the limit, which were not looked at. */
  readonly ignored: number;
  readonly arc: ArcVerdict;
  readonly index: FieldIndex;
  /** Whether `index` holds the whole header; what it lacks was too large to be read. */
  readonly whole: boolean;
  /** SHA-256 of the relaxed body, base64; null unless it was asked for. */
  readonly bodyHash: string | null;
}

export interface SignatureOptions {
  readonly questions: Questions;
  readonly keys: KeyCache;
  readonly maxSignatures: number;
  /** Whether the hash for a seal of our own is wanted. */
  readonly forward: boolean;
  /** Told once the header is complete. */
  readonly header?: (index: FieldIndex) => void;
}

/**
 * The DKIM signatures and ARC sets of one message on its way in (RFC 6376 §6, RFC 8617 §5.2). The header is kept until it
 * is complete; then the keys are asked for, all at once, and the body is hashed for all signatures while it streams by.
 */
export class MessageSignatures {
  readonly #options: SignatureOptions;
  readonly #start = new BodyStart();
  readonly #hashes = new BodyHashes();
  readonly #header: Buffer[] = [];
  #headerBytes = 0;
  #read: Header | null = null;

  constructor(options: SignatureOptions) {
    this.#options = options;
  }

  /** Takes the next bytes of the message; they are not kept beyond the call. */
  push(chunk: Uint8Array): void {
    if (this.#read !== null) {
      if (!this.#hashes.isEmpty) this.#hashes.push(chunk);
      return;
    }
    const body = this.#start.push(chunk);
    const header = chunk.subarray(0, chunk.length - body.length);
    const room = maxHeaderBytes - this.#headerBytes;
    if (room > 0) this.#header.push(Buffer.from(header.subarray(0, room)));
    this.#headerBytes += header.length;
    if (this.#start.offset === null) return;
    this.#read = this.#readHeader();
    if (!this.#hashes.isEmpty) this.#hashes.push(body);
  }

  /** The verdicts, once the message has ended. `now` in s since the epoch. Never throws. */
  async verdicts(now: number): Promise<SignatureVerdicts> {
    const { index, whole, signatures, keys, ignored, chain } = (this.#read ??= this.#readHeader());
    this.#hashes.end();
    const facts = { index, hashes: this.#hashes, now };
    const dkim: DkimVerdict[] = [];
    for (const field of signatures) {
      if (field.kind === 'unusable') dkim.push(unusableVerdict(field));
      else dkim.push(verdictOf(field, await keyIn(keys, field), facts));
    }
    const arc = await this.#arc(chain, keys, facts);
    const hash = this.#options.forward ? this.#hashes.result('relaxed', null) : null;
    return { dkim, ignored, arc, index, whole, bodyHash: hash?.hash ?? null };
  }

  async #arc(
    chain: ArcChain,
    keys: Header['keys'],
    facts: Parameters<typeof verdictOf>[2],
  ): Promise<ArcVerdict> {
    if (chain.kind === 'none') return { result: 'none', reason: '', chain };
    if (chain.kind === 'broken') return { result: 'fail', reason: chain.reason, chain };
    const { newest, sets } = chain;
    const message = verdictOf({ ...newest, expiresAt: null }, await keyIn(keys, newest), facts);
    const reason = `message signature ${sets.length}: ${message.reason}`;
    if (message.result === 'temperror') return { result: 'temperror', reason, chain };
    if (message.result !== 'pass') return { result: 'fail', reason, chain };
    const answers = await Promise.all(sets.map(({ seal }) => keyIn(keys, seal)));
    const broken = brokenSeal(facts.index.block, sets, answers);
    if (broken === null) return { result: 'pass', reason: '', chain };
    return { result: broken.temporary ? 'temperror' : 'fail', reason: broken.reason, chain };
  }

  #readHeader(): Header {
    const fits = this.#headerBytes <= maxHeaderBytes;
    const block = new HeaderBlock(fits ? Buffer.concat(this.#header) : Buffer.alloc(0));
    const index = new FieldIndex(block);
    // Fields beyond the limit are not in the block.
    const whole = fits && block.fields.length < MAX_HEADER_FIELDS;
    this.#header.length = 0;
    const { maxSignatures, forward, questions, keys: cache } = this.#options;
    const fields = index.all('dkim-signature');
    const signatures = fields.slice(0, maxSignatures).map(field => readSignatureField(index.block, field));
    const chain = readArcChain(index);
    const wanted = signatures.filter(field => field.kind === 'signature');
    if (chain.kind === 'chain') wanted.push(chain.newest);
    for (const { body, length } of wanted) this.#hashes.want(body, length);
    if (forward) this.#hashes.want('relaxed', null);
    const keys = new Map<string, Promise<KeyAnswer>>();
    const seals = chain.kind === 'chain' ? chain.sets.map(({ seal }) => seal) : [];
    for (const field of [...wanted, ...seals]) {
      const name = keyRecordName(field.selector, field.domain);
      if (!keys.has(name))
        keys.set(
          name,
          questions.ask({ type: 'TXT', name }).then(reply => cache.keyOf(reply)),
        );
    }
    this.#options.header?.(index);
    return { index, whole, signatures, keys, chain, ignored: Math.max(0, fields.length - maxSignatures) };
  }
}

interface Header {
  readonly index: FieldIndex;
  readonly whole: boolean;
  readonly signatures: readonly (SignatureField | UnusableSignature)[];
  /** By the name of their record. */
  readonly keys: ReadonlyMap<string, Promise<KeyAnswer>>;
  readonly ignored: number;
  readonly chain: ArcChain;
}

async function keyIn(
  keys: Header['keys'],
  { selector, domain }: { readonly selector: string; readonly domain: string },
): Promise<KeyAnswer> {
  return (await keys.get(keyRecordName(selector, domain))) ?? { kind: 'temporary' };
}
