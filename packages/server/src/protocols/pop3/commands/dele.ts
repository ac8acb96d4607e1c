import { parseMessageNumber } from '@hongyan/formats/pop3/command.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { requireMessage } from '../remaining.ts';

/** Marks a message; QUIT removes it. */
export const dele: Pop3Command = defineCommand({
  keyword: 'DELE',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: parseMessageNumber,
  run(session, number) {
    if (!requireMessage(session, number)) return;
    session.deleted.add(number);
    session.say('deleted', { number });
  },
});
