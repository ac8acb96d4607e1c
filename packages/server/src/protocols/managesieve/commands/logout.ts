import { defineCommand, type ManageSieveCommand, noWords } from '../command.ts';

/** Ends the conversation (RFC 5804 §2.3). */
export const logout: ManageSieveCommand = defineCommand({
  name: 'LOGOUT',
  signedIn: 'either',
  rfc: '5804 §2.3',
  parse: noWords,
  run(session) {
    session.ok('Goodbye');
    session.end();
  },
});
