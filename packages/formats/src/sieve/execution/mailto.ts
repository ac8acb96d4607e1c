/** What a mailto URI says (RFC 6068, RFC 5436 §2.2). Header names in lower case. */
export interface Mailto {
  readonly recipients: readonly { readonly kind: 'to' | 'cc' | 'bcc'; readonly address: string }[];
  readonly subject: string | null;
  readonly body: string | null;
}

const mostRecipients = 10;

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A plain address that can stand in an envelope: no quoted local part, no comment, no control character. */
export function isPlainAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || text.length - at - 1 > 253) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!/^[^\s\p{Cc}"(),:;<>@[\\\]]+$/u.test(local)) return false;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return domain
    .split('.')
    .every(label => /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(label));
}

/** Reads a mailto URI; null when it is none, names nobody, or names something that is no plain address. */
export function parseMailto(uri: string): Mailto | null {
  if (uri.length > 4_096 || !/^mailto:/i.test(uri)) return null;
  const question = uri.indexOf('?');
  const path = uri.slice('mailto:'.length, question === -1 ? undefined : question);
  const recipients: { kind: 'to' | 'cc' | 'bcc'; address: string }[] = [];
  let subject: string | null = null;
  let body: string | null = null;
  const add = (kind: 'to' | 'cc' | 'bcc', list: string, encoded: boolean): boolean => {
    for (const part of list.split(',')) {
      const address = encoded ? decode(part) : part;
      if (address === null || !isPlainAddress(address.trim())) return false;
      recipients.push({ kind, address: address.trim() });
    }
    return recipients.length <= mostRecipients;
  };
  if (path !== '' && !add('to', path, true)) return null;
  for (const pair of question === -1 ? [] : uri.slice(question + 1).split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(pair.slice(0, Math.max(0, equals)))?.toLowerCase();
    const value = decode(pair.slice(equals + 1));
    if (equals === -1 || name === undefined || value === null) return null;
    // RFC 5436 §2.7: other fields are not for the script to set.
    if (name === 'to' || name === 'cc' || name === 'bcc') {
      if (!add(name, value, false)) return null;
    } else if (name === 'subject') subject = value;
    else if (name === 'body') body = value;
  }
  return recipients.length === 0 ? null : { recipients, subject, body };
}
