import { formatString } from '@hongyan/formats/managesieve/writer.ts';
import { notifyMethods, sieveExtensions } from '@hongyan/formats/sieve/extensions.ts';

export interface CapabilityFacts {
  readonly mechanisms: readonly string[];
  readonly starttls: boolean;
  readonly maxRedirects: number;
  /** Who signed in; null before. */
  readonly owner: string | null;
}

/** The capability lines (RFC 5804 §1.7). */
export function capabilityLines(facts: CapabilityFacts): Buffer {
  const lines: (readonly [name: string, value?: string])[] = [
    ['IMPLEMENTATION', 'Hongyan'],
    ['VERSION', '1.0'],
    ['SASL', facts.mechanisms.join(' ')],
    ['SIEVE', sieveExtensions.join(' ')],
    ['NOTIFY', notifyMethods.join(' ')],
    ['EXTLISTS', 'urn'],
    ['MAXREDIRECTS', String(facts.maxRedirects)],
    ['UNAUTHENTICATE'],
    ...(facts.starttls ? [['STARTTLS'] as const] : []),
    ...(facts.owner === null ? [] : [['OWNER', facts.owner] as const]),
  ];
  return Buffer.concat(
    lines.flatMap(([name, value]) => [
      formatString(name),
      ...(value === undefined ? [] : [Buffer.from(' '), formatString(value)]),
      Buffer.from('\r\n'),
    ]),
  );
}
