import { defineCommand, type ManageSieveCommand, noWords } from '../command.ts';

/** Forgets who signed in (RFC 5804 §2.14). */
export const unauthenticate: ManageSieveCommand = defineCommand({
  name: 'UNAUTHENTICATE',
  signedIn: 'yes',
  rfc: '5804 §2.14',
  parse: noWords,
  run(session) {
    session.leave();
    session.ok('Goodbye, and hello');
  },
});
