import { asciiName } from '@hongyan/formats/auth/dkim/verify/signature-field.ts';
import { parseResults } from '@hongyan/formats/auth/results/results-field.ts';
import type { Findings } from '../findings.ts';

/** Whether `domain` is `parent` or below it. */
export function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** The domains that SPF or a signature proved. */
function provenDomains({ spf, signatures }: Pick<Findings, 'spf' | 'signatures'>): string[] {
  const domains = signatures.dkim.filter(({ result }) => result === 'pass').map(({ domain }) => domain);
  return spf.result === 'pass' ? [...domains, spf.domain] : domains;
}

/**
 * The domain of the mailing list that a message comes through, when it is proven to come from there: `List-Id` (RFC 2919)
 * names it, and SPF or a signature holds for that domain or one above it. Null for anything else.
 */
export function provenList(findings: Pick<Findings, 'spf' | 'signatures'>): string | null {
  const { block } = findings.signatures.index;
  const listId = block.first('list-id');
  if (listId === null || listId.length > 2000) return null;
  const open = listId.lastIndexOf('<');
  const close = listId.indexOf('>', open);
  const name = asciiName(open >= 0 && close > open ? listId.slice(open + 1, close) : listId.trim());
  if (name === null) return null;
  return provenDomains(findings).find(domain => domain.includes('.') && isWithin(name, domain)) ?? null;
}

/**
 * The forwarder whose word counts: with a chain that holds, the newest set sealed by a domain that we trust, where it says
 * that DMARC, an aligned signature or SPF had passed on its way in (RFC 8617 §5.2, §7.2.1). Null for none.
 */
export function trustedForwarder(
  { signatures, author }: Pick<Findings, 'signatures' | 'author'>,
  sealers: readonly string[],
): string | null {
  const { arc, index } = signatures;
  if (arc.result !== 'pass' || arc.chain.kind !== 'chain' || author.kind !== 'one') return null;
  for (const { seal, results } of arc.chain.sets.toReversed()) {
    if (!sealers.some(sealer => isWithin(seal.domain, sealer))) return null;
    const text = index.block.text(results);
    const parsed = parseResults(text.slice(text.indexOf(';') + 1));
    const proven = parsed?.results.some(({ method, result, properties }) => {
      if (result !== 'pass') return false;
      if (method === 'dmarc') return true;
      const domain = properties.find(({ type, name }) => type === 'header' && name === 'd')?.value;
      return method === 'dkim' && domain?.toLowerCase() === author.domain;
    });
    if (proven) return seal.domain;
  }
  return null;
}
