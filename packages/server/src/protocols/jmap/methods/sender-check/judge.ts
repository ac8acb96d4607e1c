import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { flattenAddresses, type Mailbox, parseAddresses } from '@hongyan/formats/message/address.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import {
  type AuthenticationResults,
  judgeSender,
  parseAuthenticationResults,
} from '@hongyan/formats/sender/authentication-results.ts';
import { parseUnsubscribe, type Unsubscribing } from '@hongyan/formats/sender/list-unsubscribe.ts';
import { looksLike } from '@hongyan/formats/sender/look-alike.ts';

/** Authentication-Results fields looked at; ours is put in front of what came. */
const maxFields = 10;

/** What is known of ourselves: who checks, and the domains of the company. */
export interface OwnSide {
  readonly hostname: string;
  readonly domains: readonly string[];
}

/** The topmost results that we wrote ourselves: what others claim to have found counts for nothing (RFC 8601 §5). */
function ownResults(blocks: readonly HeaderBlock[], hostname: string): AuthenticationResults | null {
  for (const field of blocks.flatMap(block => block.all('authentication-results')).slice(0, maxFields)) {
    const read = parseAuthenticationResults(field);
    if (read?.authservId === hostname.toLowerCase()) return read;
  }
  return null;
}

/** How one leaves the list that a mail came through; null when it says nothing about it. */
export function unsubscribingOf(blocks: readonly HeaderBlock[]): Unsubscribing | null {
  const first = (name: string): string | null =>
    blocks.map(block => block.first(name)).find(text => text !== null) ?? null;
  return parseUnsubscribe(first('list-unsubscribe'), first('list-unsubscribe-post'));
}

/** An address that stands in the name while the mail comes from another one. */
function nameClaims({ name, local, domain }: Mailbox): string | null {
  const claimed = /[^\s<>"'()]{1,64}@[^\s<>"'()]{1,255}/u.exec((name ?? '').slice(0, 500))?.[0];
  if (claimed === undefined || claimed.toLowerCase() === `${local}@${domain}`.toLowerCase()) return null;
  return claimed;
}

/** A SenderCheck object (docs/api/jmap.md). */
export function senderCheck(id: string, blocks: readonly HeaderBlock[], own: OwnSide): JsonObject {
  const field = blocks.map(block => block.first('from')).find(text => text !== null) ?? '';
  const [from] = flattenAddresses(parseAddresses(field.slice(0, 20_000)));
  const domain = from?.domain.toLowerCase() ?? '';
  const results = ownResults(blocks, own.hostname);
  const resultOf = (method: string): string | null =>
    results?.results.find(one => one.method === method)?.result ?? null;
  const inside = own.domains.some(one => domain === one || domain.endsWith(`.${one}`));
  const leaving = unsubscribingOf(blocks);
  return {
    id,
    verdict: judgeSender(results, domain),
    spf: resultOf('spf'),
    dkim: resultOf('dkim'),
    dmarc: resultOf('dmarc'),
    isExternal: !inside,
    looksLike: inside || domain === '' ? null : looksLike(domain, own.domains),
    nameClaims: from ? nameClaims(from) : null,
    unsubscribe: leaving && {
      oneClickHost: leaving.oneClick === null ? null : new URL(leaving.oneClick).host,
      mailto: leaving.mailto,
      page: leaving.page,
    },
  };
}
