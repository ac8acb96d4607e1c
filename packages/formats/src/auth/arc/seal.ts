import { Buffer } from 'node:buffer';
import { HeaderBlock } from '../../message/headers.ts';
import { canonicalField } from '../dkim/canonical-header.ts';
import type { SigningAlgorithm } from '../dkim/key-record.ts';
import { signedField, signingInput } from '../dkim/signature.ts';
import { fieldsToSign } from '../dkim/signed-fields.ts';
import { type AuthenticationResults, formatResults } from '../results/results-field.ts';
import { type ArcChain, arcLimits } from './chain.ts';

/** What a new set says (RFC 8617 §5.1). */
export interface SealRequest {
  readonly algorithm: SigningAlgorithm;
  /** A-labels. */
  readonly domain: string;
  readonly selector: string;
  /** s since the epoch. */
  readonly signedAt: number;
  readonly results: AuthenticationResults;
  /** SHA-256 of the relaxed body, base64. */
  readonly bodyHash: string;
  readonly chain: ArcChain;
  /** Whether the chain held on its way in. */
  readonly status: 'none' | 'pass' | 'fail';
  /** Header of the message as it came: its sets are sealed again. */
  readonly original: HeaderBlock;
  /** Header of the message as it leaves, without the new set. */
  readonly header: HeaderBlock;
  /** Signs with the domain's key; base64. */
  readonly sign: (input: Buffer) => Promise<string>;
}

/**
 * The fields of a new ARC set with their line ends, to stand on top of the message (RFC 8617 §5.1). Null when none may be
 * added: the chain is full or was given up before (§5.1.2), or the header cannot be signed.
 */
export async function arcSet(request: SealRequest): Promise<string | null> {
  const { chain, status, results, header, sign, original } = request;
  const instance = instanceAfter(chain);
  const names = fieldsToSign(header);
  if (instance === null || names === null) return null;
  for (const field of header.fields) if (field.key === 'dkim-signature') names.push(field.key);
  const verified = `ARC-Authentication-Results: i=${instance}; ${formatResults(results)}\r\n`;
  const unsignedMessage = messageField(request, instance, names);
  const message = signedField(
    unsignedMessage,
    await sign(signingInput(header, names, unsignedMessage, 'relaxed')),
  );
  const unsealed = sealField(request, instance);
  // What failed is not vouched for: the seal covers its own set alone (§5.1.2).
  const before = chain.kind === 'chain' && status === 'pass' ? chain.sets : [];
  const own = new HeaderBlock(Buffer.from(`${verified}${message}${unsealed}\r\n`));
  const pieces = before.flatMap(({ results: aar, message: ams, sealField: seal }) =>
    [aar, ams, seal].map(field => canonicalField(original, field, 'relaxed')),
  );
  const fresh = own.fields.map(field => canonicalField(own, field, 'relaxed'));
  const input = Buffer.concat([...pieces, ...fresh]).subarray(0, -2);
  return `${signedField(unsealed, await sign(input))}${message}${verified}`;
}

function instanceAfter(chain: ArcChain): number | null {
  if (chain.kind === 'none') return 1;
  const highest = chain.kind === 'chain' ? chain.sets.length : chain.highest;
  if (highest >= arcLimits.sets) return null;
  return chain.kind === 'broken' && chain.gaveUp ? null : highest + 1;
}

function messageField(request: SealRequest, instance: number, names: readonly string[]): string {
  const { algorithm, domain, selector, signedAt, bodyHash } = request;
  const lines = [
    `ARC-Message-Signature: i=${instance}; a=${algorithm}; c=relaxed/relaxed;`,
    `d=${domain}; s=${selector}; t=${signedAt};`,
    ...foldedNames(names),
    `bh=${bodyHash};`,
    'b=',
  ];
  return lines.join('\r\n\t');
}

/** `h=` in lines that break after a colon. */
function foldedNames(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += 5) {
    const last = at + 5 >= names.length;
    lines.push(`${at === 0 ? 'h=' : ' '}${names.slice(at, at + 5).join(':')}${last ? ';' : ':'}`);
  }
  return lines;
}

function sealField({ algorithm, domain, selector, signedAt, status }: SealRequest, instance: number): string {
  return `ARC-Seal: i=${instance}; a=${algorithm}; cv=${status};\r\n\td=${domain}; s=${selector}; t=${signedAt};\r\n\tb=`;
}
