import { type Command, defineCommand, noArguments, ok, signedIn } from '../../command.ts';
import { delimiter } from '../../mailbox-path.ts';

/** NAMESPACE (RFC 2342, RFC 9051 §6.3.10): everybody has one personal namespace. */
export const namespace: Command = defineCommand({
  name: 'NAMESPACE',
  states: signedIn,
  capability: ['NAMESPACE'],
  rfc: ['2342 §5', '9051 §6.3.10'],
  parse: noArguments,
  run: async session => {
    session.out.ascii(`* NAMESPACE (("" "${delimiter}")) NIL NIL\r\n`);
    return ok('NAMESPACE completed');
  },
});
