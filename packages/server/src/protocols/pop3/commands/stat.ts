import { defineCommand, noArgument, type Pop3Command } from '../command.ts';
import { remaining } from '../remaining.ts';

/** Number and size of the messages that are not marked as deleted. */
export const stat: Pop3Command = defineCommand({
  keyword: 'STAT',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: noArgument,
  run(session) {
    const { count, bytes } = remaining(session);
    session.connection.write(`+OK ${count} ${bytes}\r\n`);
  },
});
