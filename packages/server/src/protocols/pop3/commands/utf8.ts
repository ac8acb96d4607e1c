import { defineCommand, noArgument, type Pop3Command } from '../command.ts';

/** The client takes messages with UTF-8 in their headers as they are. */
export const utf8: Pop3Command = defineCommand({
  keyword: 'UTF8',
  states: ['authorization'],
  rfc: ['6856 §2.1'],
  parse: noArgument,
  run(session) {
    session.utf8 = true;
    session.say('utf8');
  },
});
