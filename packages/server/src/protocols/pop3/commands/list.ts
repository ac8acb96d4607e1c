import { parseOptionalNumber } from '@hongyan/formats/pop3/command.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { present, remaining, requireMessage } from '../remaining.ts';
import type { Pop3Session } from '../session.ts';

function* lines(session: Pop3Session): Generator<string> {
  for (const number of present(session)) yield `${number} ${session.maildrop.sizeOf(number)}`;
}

/** Scan listing of one message or all. */
export const list: Pop3Command = defineCommand({
  keyword: 'LIST',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: parseOptionalNumber,
  run(session, which) {
    if (which === 'all') {
      session.say('listing', remaining(session));
      return session.sendLines(lines(session));
    }
    if (requireMessage(session, which)) {
      session.connection.write(`+OK ${which} ${session.maildrop.sizeOf(which)}\r\n`);
    }
    return undefined;
  },
});
