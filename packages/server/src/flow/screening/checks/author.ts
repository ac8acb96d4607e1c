import { asciiName } from '@hongyan/formats/auth/dkim/verify/signature-field.ts';
import { flattenAddresses, formatAddrSpec, parseAddresses } from '@hongyan/formats/message/address.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';

/** Whom a message says to come from. DMARC needs exactly one domain (RFC 7489 §6.6.1). */
export type Author =
  | { readonly kind: 'one'; readonly domain: string; readonly address: string }
  | { readonly kind: 'none' | 'several' | 'broken' };

/** Most characters of From that are read. */
const maxLength = 16 * 1024;

/** Reads the author's domain off the From field. */
export function authorOf(block: HeaderBlock): Author {
  const fields = block.all('from');
  const [from] = fields;
  if (from === undefined) return { kind: 'none' };
  if (fields.length > 1) return { kind: 'several' };
  if (from.length > maxLength) return { kind: 'broken' };
  const mailboxes = flattenAddresses(parseAddresses(from));
  const domains = new Set(mailboxes.map(({ domain }) => asciiName(domain)));
  const [domain] = domains;
  const [first] = mailboxes;
  if (domain === undefined || first === undefined || domain === null || domains.has(null))
    return { kind: 'broken' };
  if (domains.size > 1) return { kind: 'several' };
  return { kind: 'one', domain, address: formatAddrSpec(first.local, first.domain) };
}
