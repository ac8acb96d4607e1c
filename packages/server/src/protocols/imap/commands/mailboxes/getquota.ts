import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, no, ok, signedIn } from '../../command.ts';
import { quotaRoot, writeQuota } from '../../responses/quota.ts';

function parse(scanner: Scanner): string {
  scanner.space();
  return scanner.astring().toString('utf8');
}

/** GETQUOTA (RFC 9208 §4.1.2, RFC 2087 §4.2). */
export const getquota: Command = defineCommand({
  name: 'GETQUOTA',
  states: signedIn,
  capability: ['QUOTA', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE'],
  rfc: ['9208 §4.1.2', '2087 §4.2'],
  parse,
  run: async (session, root) => {
    if (root !== quotaRoot) return no('NONEXISTENT', 'No such quota root');
    await writeQuota(session);
    return ok('GETQUOTA completed');
  },
});
