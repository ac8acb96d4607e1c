import { parseOptionalNumber } from '@hongyan/formats/pop3/command.ts';
import { formatUniqueId } from '@hongyan/formats/pop3/unique-id.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { present, requireMessage } from '../remaining.ts';
import type { Pop3Session } from '../session.ts';

function lineOf(session: Pop3Session, number: number): string {
  const { uidValidity, uid } = session.maildrop.identityOf(number);
  return `${number} ${formatUniqueId(uidValidity, uid)}`;
}

function* lines(session: Pop3Session): Generator<string> {
  for (const number of present(session)) yield lineOf(session, number);
}

/** Unique-id listing of one message or all. */
export const uidl: Pop3Command = defineCommand({
  keyword: 'UIDL',
  states: ['transaction'],
  rfc: ['1939 §7'],
  parse: parseOptionalNumber,
  run(session, which) {
    if (which === 'all') {
      session.say('unique_ids');
      return session.sendLines(lines(session));
    }
    if (requireMessage(session, which)) session.connection.write(`+OK ${lineOf(session, which)}\r\n`);
    return undefined;
  },
});
