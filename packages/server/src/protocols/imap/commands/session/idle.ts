import { isMailError } from '../../../../platform/errors.ts';
import {
  bad,
  type Command,
  type CommandResult,
  defineCommand,
  noArguments,
  ok,
  signedIn,
} from '../../command.ts';
import { announceNews } from '../../contexts/announce.ts';
import type { Session } from '../../session.ts';

const lineBytes = 1_024;

/** After a failure to read what happened, so that a store in trouble is not asked without pause. */
const retryMs = 1_000;

/** Says what happened. False when the mailbox is gone and the session with it. */
async function tellNews(session: Session): Promise<boolean> {
  const { selected, services } = session;
  try {
    await selected.refresh();
  } catch (error) {
    if (isMailError(error, 'mailbox.not_found') || isMailError(error, 'access.denied')) {
      const deleted = isMailError(error, 'mailbox.not_found');
      session.bye(deleted ? 'Selected mailbox was deleted' : 'Selected mailbox may not be read any more');
      return false;
    }
    session.log.warn('imap.refresh_failed', { error });
    await new Promise<void>(resolve => services.clock.after(retryMs, resolve));
    return true;
  }
  await announceNews(session, session.announceOptions(true));
  session.flushOutput();
  await session.connection.flush();
  return true;
}

/** Says what happened each time something does, until the client sends a line. */
async function idleUntilLine(session: Session): Promise<CommandResult | null> {
  const { selected, reader } = session;
  const heard: { line?: Buffer | string } = {};
  void reader.line(lineBytes).then(line => {
    heard.line = line;
    selected.wake();
  });
  for (;;) {
    await selected.whenWoken();
    if (heard.line !== undefined) return resultOf(session, heard.line);
    if (selected.dirty && !(await tellNews(session))) return null;
  }
}

function resultOf(session: Session, line: Buffer | string): CommandResult | null {
  if (typeof line !== 'string') {
    return line.toString('latin1').trim().toUpperCase() === 'DONE'
      ? ok('IDLE completed')
      : bad('Expected DONE');
  }
  if (line === 'too-long') return bad('Expected DONE');
  if (line === 'drain') session.bye('Server is stopping', 'UNAVAILABLE');
  else if (line === 'timeout') session.bye('Idle for too long');
  session.end();
  return null;
}

async function idleFor(session: Session): Promise<CommandResult | null> {
  // RFC 5465 §4: with NOTIFY, IDLE tells exactly what NOTIFY would.
  if (session.watch !== null) {
    session.watch.rest();
    const line = await session.reader.line(lineBytes);
    await session.watch?.wake();
    return resultOf(session, line);
  }
  if (session.state === 'selected') return idleUntilLine(session);
  return resultOf(session, await session.reader.line(lineBytes));
}

/** IDLE (RFC 2177, RFC 9051 §6.3.13). */
export const idle: Command = defineCommand({
  name: 'IDLE',
  states: signedIn,
  capability: ['IDLE'],
  rfc: ['2177 §3', '9051 §6.3.13'],
  parse: noArguments,
  run: async (session, _args, { tag }) => {
    session.out.ascii('+ idling\r\n');
    return session.leave(tag, () => idleFor(session));
  },
});
