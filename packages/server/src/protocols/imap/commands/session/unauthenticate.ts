import { bad, type Command, defineCommand, noArguments, ok, signedIn } from '../../command.ts';

/**
 * UNAUTHENTICATE (RFC 8437 §3): as if nobody had signed in; only TLS stays. Not offered while compression is in use,
 * which would have to end in the middle of its stream (§4.1).
 */
export const unauthenticate: Command = defineCommand({
  name: 'UNAUTHENTICATE',
  states: signedIn,
  sequenceEffect: 'changes',
  capability: ['UNAUTHENTICATE'],
  rfc: ['8437 §3'],
  parse: noArguments,
  run: async session => {
    if (session.connection.compressed) return bad('Not possible while compression is active');
    session.signOut();
    return ok('UNAUTHENTICATE completed');
  },
});
