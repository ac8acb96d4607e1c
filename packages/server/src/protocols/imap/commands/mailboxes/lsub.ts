import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, signedIn } from '../../command.ts';
import { collectNames, patternsOf, selectSubscribed } from '../../list/names.ts';
import { writeLsubName, writeRoot } from '../../list/write-list.ts';

function parse(scanner: Scanner): { reference: Buffer; pattern: Buffer } {
  scanner.space();
  const reference = scanner.astring();
  scanner.space();
  return { reference, pattern: scanner.listMailbox() };
}

/** LSUB (RFC 3501 §6.3.9). */
export const lsub: Command = defineCommand({
  name: 'LSUB',
  states: signedIn,
  rfc: ['3501 §6.3.9'],
  parse,
  run: async (session, { reference, pattern }) => {
    if (pattern.length === 0) writeRoot(session.out, 'LSUB');
    else {
      const patterns = patternsOf(reference, [pattern], session.utf8);
      const names = patterns.length === 0 ? [] : await collectNames(session);
      for (const found of selectSubscribed(names, patterns, pattern.toString('latin1').endsWith('%'))) {
        writeLsubName(session.out, found, session.utf8);
      }
    }
    return ok('LSUB completed');
  },
});
