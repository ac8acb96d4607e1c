import { type Command, defineCommand, noArguments, ok, signedIn } from '../../command.ts';
import { writeNamespaces } from '../../responses/namespaces.ts';

/** NAMESPACE (RFC 2342, RFC 9051 §6.3.10): one's own mailboxes, what colleagues share, and mailboxes that several people use. */
export const namespace: Command = defineCommand({
  name: 'NAMESPACE',
  states: signedIn,
  capability: ['NAMESPACE'],
  rfc: ['2342 §5', '9051 §6.3.10', '5255 §3.4'],
  parse: noArguments,
  run: async session => {
    writeNamespaces(session);
    return ok('NAMESPACE completed');
  },
});
