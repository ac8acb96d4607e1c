import type { Address } from '../jmap/types.ts';

/** What is shown for a person: the name, else the local part. */
export function displayName(address: Address): string {
  return address.name?.trim() || address.email.split('@')[0] || address.email;
}

/** `Name <address>` as it is typed. */
export function fullAddress(address: Address): string {
  return address.name ? `${address.name} <${address.email}>` : address.email;
}

/** One or two characters for the round badge: the last hanzi pair's last, or Latin initials. */
export function initials(address: Address): string {
  const name = displayName(address).trim();
  const hanzi = Array.from(name).filter(character => /\p{Script=Han}/u.test(character));
  if (hanzi.length) return hanzi.length > 1 ? (hanzi[1] ?? '') : (hanzi[0] ?? '');
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map(word => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase();
}

const addressPattern = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

/** Whether this looks like a whole mail address. Unicode addresses are fine (RFC 6531). */
export function isAddress(text: string): boolean {
  return text.length <= 254 && addressPattern.test(text);
}

/**
 * Takes apart what was typed or pasted: `王伟 <w@a.cn>; b@c.de，李 雷 <l@x.cn>`. Separators are comma, semicolon, their
 * full-width and Chinese forms, and line ends. What is not an address comes back as `rest`.
 */
export function parseAddresses(text: string): { addresses: Address[]; rest: string } {
  const addresses: Address[] = [];
  const rest: string[] = [];
  for (const piece of text.split(/[,;，；、\n\r\t]+/)) {
    const item = piece.trim();
    if (!item) continue;
    const angled = /^(.*?)<([^<>]*)>$/.exec(item);
    const email = (angled?.[2] ?? item).trim();
    const name =
      angled?.[1]
        ?.trim()
        .replace(/^["“]|["”]$/g, '')
        .trim() || null;
    if (isAddress(email)) addresses.push({ name, email });
    else rest.push(item);
  }
  return { addresses, rest: rest.join(', ') };
}
