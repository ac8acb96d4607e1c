import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, no, ok, signedIn } from '../../command.ts';

/** How SEARCH, SORT and THREAD compare (RFC 5051): the default, and the only one there is. */
const comparatorName = 'i;unicode-casemap';

function parse(scanner: Scanner): string[] {
  const wanted: string[] = [];
  while (scanner.takeSpace()) {
    wanted.push(scanner.astring().toString('latin1').toLowerCase());
    if (wanted.length > scanner.limits.listItems) scanner.failLimit('Too many comparators');
  }
  return wanted;
}

/** Whether a pattern with `*` for anything fits the name (RFC 4790 §3.2). Linear: each piece is looked for once. */
function fits(pattern: string): boolean {
  if (pattern === 'default' || pattern === comparatorName) return true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0 || !comparatorName.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = comparatorName.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  const last = rest.at(-1) ?? '';
  return comparatorName.length - last.length >= at && comparatorName.endsWith(last);
}

/** COMPARATOR (RFC 5255 §4.7): tells the comparator in use, or chooses one. */
export const comparator: Command = defineCommand({
  name: 'COMPARATOR',
  states: signedIn,
  capability: ['I18NLEVEL=2'],
  rfc: ['5255 §4.7', '4790 §3.2'],
  parse,
  run: async (session, wanted) => {
    if (wanted.length > 0 && !wanted.some(fits)) return no('BADCOMPARATOR', 'Comparator is not supported');
    session.out.ascii(`* COMPARATOR ${comparatorName}\r\n`);
    return ok('COMPARATOR completed');
  },
});
