import { parseTopArgument } from '@hongyan/formats/pop3/command.ts';
import { TopCutter } from '@hongyan/formats/pop3/top-cutter.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { requireMessage } from '../remaining.ts';
import { sendMessage } from '../send-message.ts';

/** Sends the header of a message and so many lines of its body. */
export const top: Pop3Command = defineCommand({
  keyword: 'TOP',
  states: ['transaction'],
  rfc: ['1939 §7'],
  parse: parseTopArgument,
  async run(session, { message, lines }) {
    if (!requireMessage(session, message)) return;
    const source = await session.maildrop.find(message);
    await sendMessage(session, source, new TopCutter(lines), () => session.say('top'));
  },
});
