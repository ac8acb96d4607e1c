import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, no, ok } from '../../command.ts';

function parse(scanner: Scanner): string[] {
  const tags: string[] = [];
  do {
    scanner.space();
    tags.push(scanner.quoted().toString('latin1'));
    if (tags.length > scanner.limits.listItems) scanner.failLimit('Too many tags');
  } while (scanner.peek() === 0x20);
  return tags;
}

/** CANCELUPDATE (RFC 5267 §4.3.5): results of these searches are not followed any more. */
export const cancelupdate: Command = defineCommand({
  name: 'CANCELUPDATE',
  states: ['selected'],
  rfc: ['5267 §4.3.5'],
  parse,
  run: async ({ selected }, tags) => {
    const known = tags.map(tag => selected.contexts.cancel(tag));
    return known.includes(false) ? no('NONEXISTENT', 'No such search') : ok('No further updates');
  },
});
