import { skipCfws } from '../message/parameters.ts';

/** How one leaves a list. */
export interface Unsubscribing {
  /** HTTPS address that takes a POST of `List-Unsubscribe=One-Click` (RFC 8058); null: the list cannot do that. */
  readonly oneClick: string | null;
  /** `mailto:` address (RFC 2369 §3.2), or null. */
  readonly mailto: string | null;
  /** A page for people, or null. */
  readonly page: string | null;
}

const maxUris = 8;
const maxUri = 2_000;

/** The addresses in angle brackets, blanks inside removed (RFC 2369 §2), comments passed over. */
function bracketed(field: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (found.length < maxUris) {
    at = skipCfws(field, at);
    if (at >= field.length) break;
    if (field[at] === '<') {
      const end = field.indexOf('>', at);
      if (end < 0) break;
      const uri = field.slice(at + 1, end).replaceAll(/\s+/g, '');
      if (uri !== '' && uri.length <= maxUri) found.push(uri);
      at = end + 1;
    } else at += 1;
  }
  return found;
}

/** Reads List-Unsubscribe and List-Unsubscribe-Post, both unfolded (RFC 2369 §3.2, RFC 8058 §3.1). Null: no list. */
export function parseUnsubscribe(field: string | null, post: string | null): Unsubscribing | null {
  if (field === null) return null;
  const uris = bracketed(field.slice(0, 20_000));
  const byScheme = (scheme: string): string | null =>
    uris.find(uri => uri.slice(0, scheme.length).toLowerCase() === scheme && URL.canParse(uri)) ?? null;
  const secure = byScheme('https:');
  const page = secure ?? byScheme('http:');
  const mailto = byScheme('mailto:');
  if (page === null && mailto === null) return null;
  const promised = (post ?? '').replaceAll(/\s+/g, '').toLowerCase() === 'list-unsubscribe=one-click';
  return { oneClick: promised ? secure : null, mailto, page };
}
