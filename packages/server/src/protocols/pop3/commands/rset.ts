import { defineCommand, noArgument, type Pop3Command } from '../command.ts';
import { remaining } from '../remaining.ts';

/** Takes the marks of DELE off again. */
export const rset: Pop3Command = defineCommand({
  keyword: 'RSET',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: noArgument,
  run(session) {
    session.deleted.clear();
    session.say('listing', remaining(session));
  },
});
