import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand } from '../../command.ts';
import { signInWithPassword } from '../../sign-in/sign-in.ts';

function parse(scanner: Scanner): { login: string; password: string } {
  scanner.space();
  const login = scanner.astring().toString('utf8');
  scanner.space();
  return { login, password: scanner.astring().toString('utf8') };
}

/** LOGIN (RFC 9051 §6.2.3). */
export const login: Command = defineCommand({
  name: 'LOGIN',
  states: ['not-authenticated'],
  rfc: ['9051 §6.2.3', '3501 §6.2.3'],
  parse,
  run: (session, args) => signInWithPassword(session, 'LOGIN', args.login, args.password),
});
