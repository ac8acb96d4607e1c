import { defineCommand, noArgument, type Pop3Command } from '../command.ts';

/** What the server can do. */
export const capa: Pop3Command = defineCommand({
  keyword: 'CAPA',
  states: ['authorization', 'transaction'],
  rfc: ['2449 §5'],
  parse: noArgument,
  run(session) {
    session.say('capabilities');
    return session.sendLines(session.capabilities);
  },
});
