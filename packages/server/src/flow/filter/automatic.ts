import { flattenAddresses, formatAddrSpec, parseAddresses } from '@hongyan/formats/message/address.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';

/** Why a message gets no automatic answer; null when it may get one. */
export type Unanswerable =
  | 'null sender'
  | 'automatic'
  | 'list'
  | 'bulk'
  | 'suppressed'
  | 'system sender'
  | 'own';

/** Senders that are programs (RFC 5230 §4.6, RFC 3834 §2). */
const programs = new Set([
  'mailer-daemon',
  'postmaster',
  'listserv',
  'majordomo',
  'noreply',
  'no-reply',
  'donotreply',
]);

function isProgram(local: string): boolean {
  const name = local.toLowerCase();
  return (
    programs.has(name) ||
    name.startsWith('owner-') ||
    name.endsWith('-owner') ||
    name.endsWith('-request') ||
    name.endsWith('-bounces')
  );
}

/** Whether a field says that a program sent this (RFC 3834 §5: parameters and comments do not matter). */
function isAutomatic(header: HeaderBlock): boolean {
  return header.all('auto-submitted').some(value => !/^\s*no\s*(?:;|\(|$)/i.test(value));
}

/** Whether the message came from a program, a list, in bulk, or from nobody: answering it helps nobody (RFC 3834 §2). */
export function unanswerable(
  reversePath: string,
  header: HeaderBlock,
  own: readonly string[],
): Unanswerable | null {
  if (reversePath === '') return 'null sender';
  if (own.some(address => address.toLowerCase() === reversePath.toLowerCase())) return 'own';
  if (isProgram(reversePath.slice(0, reversePath.lastIndexOf('@')))) return 'system sender';
  if (isAutomatic(header)) return 'automatic';
  if (header.fields.some(field => field.key.startsWith('list-') || field.key === 'mailing-list'))
    return 'list';
  if (header.all('precedence').some(value => /^\s*(?:bulk|list|junk)\b/i.test(value))) return 'bulk';
  if (header.all('x-auto-response-suppress').some(value => /\b(?:all|oof|autoreply)\b/i.test(value)))
    return 'suppressed';
  return null;
}

const recipientFields = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc'] as const;

/** Whether one of these addresses stands among the recipients (RFC 5230 §4.5). */
export function isAddressedTo(header: HeaderBlock, addresses: readonly string[]): boolean {
  const wanted = new Set(addresses.map(address => address.toLowerCase()));
  return recipientFields.some(field =>
    header
      .all(field)
      .some(value =>
        flattenAddresses(parseAddresses(value)).some(({ local, domain }) =>
          wanted.has(formatAddrSpec(local, domain).toLowerCase()),
        ),
      ),
  );
}
