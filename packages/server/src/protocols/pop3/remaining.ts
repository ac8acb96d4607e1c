import type { Pop3Session } from './session.ts';

/** Number and octets of the messages that are not marked as deleted (RFC 1939 §5). */
export function remaining(session: Pop3Session): { readonly count: number; readonly bytes: number } {
  const { maildrop, deleted } = session;
  let { bytes } = maildrop;
  for (const number of deleted) bytes -= maildrop.sizeOf(number);
  return { count: maildrop.count - deleted.size, bytes };
}

/** Numbers of the messages that are not marked as deleted. */
export function* present(session: Pop3Session): Generator<number, void, undefined> {
  const { maildrop, deleted } = session;
  for (let number = 1; number <= maildrop.count; number += 1) if (!deleted.has(number)) yield number;
}

/** Whether a client may name this message; says so if it may not. */
export function requireMessage(session: Pop3Session, number: number): boolean {
  if (number > session.maildrop.count) session.say('no_such_message');
  else if (session.deleted.has(number)) session.say('deleted_before');
  else return true;
  return false;
}
