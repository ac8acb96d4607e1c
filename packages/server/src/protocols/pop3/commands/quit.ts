import { defineCommand, noArgument, type Pop3Command } from '../command.ts';
import type { Pop3Session } from '../session.ts';

/** Removes what was marked; tells whether all of it is gone. */
async function update(session: Pop3Session): Promise<boolean> {
  try {
    await session.maildrop.remove(session.deleted);
    return true;
  } catch (error) {
    session.log.warn('pop3.update_failed', { messages: session.deleted.size, error });
    return false;
  }
}

/** The UPDATE state: the one way in which a session removes messages. Ends the conversation. */
export const quit: Pop3Command = defineCommand({
  keyword: 'QUIT',
  states: ['authorization', 'transaction'],
  rfc: ['1939 §5', '1939 §6'],
  parse: noArgument,
  async run(session) {
    const removed = session.state === 'authorization' || (await update(session));
    await session.close();
    session.say(removed ? 'bye' : 'not_removed');
    session.end();
  },
});
