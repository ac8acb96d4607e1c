import { defineCommand, noArgument, type Pop3Command } from '../command.ts';

/** Nothing but an answer. */
export const noop: Pop3Command = defineCommand({
  keyword: 'NOOP',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: noArgument,
  run: session => session.say('done'),
});
