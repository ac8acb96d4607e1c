import type { Scanner } from '../scanner.ts';

/** What follows the URLs of a run of parts: the octets of a literal, those of a URL in a literal, or the closing bracket. */
export type AfterUrls = 'text' | 'utf8-text' | 'url' | 'end';

/** A run of parts of CATENATE up to the next literal or to the end (RFC 4469 §5). */
export interface CatenateRun {
  readonly urls: readonly Buffer[];
  readonly next: AfterUrls;
}

/** Most parts of one message. */
const maxParts = 1_000;

/**
 * Reads `cat-part`s: `URL astring`, `TEXT literal`, `UTF8 (literal8)` (RFC 4469 §5, RFC 6855 §4), after the opening bracket
 * (`begins`) or after a literal. `scanner` ends where a literal that is not held begins, so a text is the end of a run; a
 * URL in such a literal only if `urlLiterals`. The caller counts parts over several runs: `seen` are those before.
 */
export function parseCatenateRun(
  scanner: Scanner,
  {
    begins,
    urlLiterals,
    seen,
  }: { readonly begins: boolean; readonly urlLiterals: boolean; readonly seen: number },
): CatenateRun {
  const urls: Buffer[] = [];
  let first = begins;
  for (;;) {
    if (!first) {
      if (scanner.take(0x29)) return { urls, next: 'end' };
      scanner.space();
    }
    first = false;
    if (seen + urls.length >= maxParts) scanner.failLimit('Too many parts');
    if (scanner.takeKeyword('URL')) {
      scanner.space();
      if (urlLiterals && scanner.atEnd) return { urls, next: 'url' };
      urls.push(scanner.astring());
      continue;
    }
    const utf8 = scanner.takeKeyword('UTF8');
    if (!utf8 && !scanner.takeKeyword('TEXT')) scanner.fail('Expected URL or TEXT');
    scanner.space();
    if (utf8) scanner.expect(0x28);
    if (!scanner.atEnd) scanner.fail('Expected a literal');
    return { urls, next: utf8 ? 'utf8-text' : 'text' };
  }
}
