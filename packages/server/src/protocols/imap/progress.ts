import type { Timer } from '../../platform/clock.ts';
import type { Session } from './session.ts';

/**
 * While it is not disposed, tells the client from time to time that its command is still at work (RFC 9585 §4). Only for
 * commands that say nothing before they are done.
 */
export function reportProgress(session: Session, tag: string): Disposable {
  const { clock, limits } = session.services;
  // A bracket in the tag would end the response code for a simple reader.
  const details = tag.includes(']') ? '' : ` ("${tag}" NIL NIL)`;
  const tell = (): void => {
    session.say('OK', 'Still working', `INPROGRESS${details}`);
    session.flushOutput();
    void session.connection.flush();
    timer = clock.after(limits.progressMs, tell);
  };
  let timer: Timer = clock.after(limits.progressMs, tell);
  return { [Symbol.dispose]: () => timer.cancel() };
}
