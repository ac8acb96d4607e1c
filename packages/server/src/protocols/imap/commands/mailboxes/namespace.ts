import { type Command, defineCommand, noArguments, ok, signedIn } from '../../command.ts';
import { delimiter } from '../../mailbox-path.ts';
import { otherUsersRoot, sharedRoot } from '../../realms/realm.ts';

/** NAMESPACE (RFC 2342, RFC 9051 §6.3.10): one's own mailboxes, what colleagues share, and mailboxes that several people use. */
export const namespace: Command = defineCommand({
  name: 'NAMESPACE',
  states: signedIn,
  capability: ['NAMESPACE'],
  rfc: ['2342 §5', '9051 §6.3.10'],
  parse: noArguments,
  run: async session => {
    session.out.ascii(
      `* NAMESPACE (("" "${delimiter}")) (("${otherUsersRoot}/" "${delimiter}")) (("${sharedRoot}/" "${delimiter}"))\r\n`,
    );
    return ok('NAMESPACE completed');
  },
});
