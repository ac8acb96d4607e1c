import type { Scanner } from '../scanner.ts';

/** `status-att`: RFC 9051 §6.3.11, RECENT of RFC 3501, RFC 7162, RFC 7889, RFC 8474 §4.3, RFC 9208 §4.1.4. */
export type StatusItem =
  | 'MESSAGES'
  | 'RECENT'
  | 'UIDNEXT'
  | 'UIDVALIDITY'
  | 'UNSEEN'
  | 'DELETED'
  | 'DELETED-STORAGE'
  | 'SIZE'
  | 'HIGHESTMODSEQ'
  | 'APPENDLIMIT'
  | 'MAILBOXID';

const items: ReadonlySet<string> = new Set<StatusItem>([
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'DELETED-STORAGE',
  'SIZE',
  'HIGHESTMODSEQ',
  'APPENDLIMIT',
  'MAILBOXID',
]);

function isItem(name: string): name is StatusItem {
  return items.has(name);
}

/** Items in parentheses; each once, in the order first asked for. */
export function parseStatusItems(scanner: Scanner): StatusItem[] {
  const list = scanner.list((): StatusItem => {
    const name = scanner.keyword();
    return isItem(name) ? name : scanner.fail('Unknown STATUS item');
  });
  return [...new Set(list)];
}
