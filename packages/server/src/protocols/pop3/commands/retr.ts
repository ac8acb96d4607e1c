import { parseMessageNumber } from '@hongyan/formats/pop3/command.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { requireMessage } from '../remaining.ts';
import { sendMessage } from '../send-message.ts';

/** Sends a whole message. */
export const retr: Pop3Command = defineCommand({
  keyword: 'RETR',
  states: ['transaction'],
  rfc: ['1939 §5'],
  parse: parseMessageNumber,
  async run(session, number) {
    if (!requireMessage(session, number)) return;
    const source = await session.maildrop.find(number);
    const bytes = session.maildrop.sizeOf(number);
    await sendMessage(session, source, null, () => session.say('message', { bytes }));
  },
});
