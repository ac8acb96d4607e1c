import { defineCommand, type ManageSieveCommand, noWords } from '../command.ts';

/** Says again what the server can do (RFC 5804 §2.4). */
export const capability: ManageSieveCommand = defineCommand({
  name: 'CAPABILITY',
  signedIn: 'either',
  rfc: '5804 §2.4',
  parse: noWords,
  run: session => session.announce('That is all'),
});
