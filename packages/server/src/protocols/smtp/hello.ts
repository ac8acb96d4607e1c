import { isIPv6 } from 'node:net';
import { isDomainOrLiteral } from '@hongyan/formats/smtp/address.ts';
import type { SmtpSession } from './session.ts';

/**
 * Takes the name of HELO or EHLO (RFC 5321 §4.1.1.1) and begins anew. False when it is none. From users' programs
 * anything is taken, because many send the name of the computer, Chinese characters and all; what is no host
 * name is then replaced by the address literal.
 */
export async function greet(session: SmtpSession, argument: Buffer, extended: boolean): Promise<boolean> {
  const sound = isDomainOrLiteral(argument) && argument.every(byte => byte < 0x80);
  if (!sound && session.context.profile === 'mx') {
    session.misbehave('helloInvalid');
    return false;
  }
  await session.endTransaction();
  const { address } = session.connection.peer;
  const literal = isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`;
  session.helo = sound ? argument.toString('latin1') : literal;
  session.extended = extended;
  return true;
}
