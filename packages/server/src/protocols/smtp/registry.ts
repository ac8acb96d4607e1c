import type { SmtpCommand } from './command.ts';
import { auth } from './commands/auth.ts';
import { bdat } from './commands/bdat.ts';
import { data } from './commands/data.ts';
import { ehlo } from './commands/ehlo.ts';
import { expn } from './commands/expn.ts';
import { helo } from './commands/helo.ts';
import { help } from './commands/help.ts';
import { mail } from './commands/mail.ts';
import { noop } from './commands/noop.ts';
import { quit } from './commands/quit.ts';
import { rcpt } from './commands/rcpt.ts';
import { rset } from './commands/rset.ts';
import { starttls } from './commands/starttls.ts';
import { vrfy } from './commands/vrfy.ts';

/** Every verb the server knows. */
export const commands: readonly SmtpCommand[] = [
  ehlo,
  helo,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  quit,
  vrfy,
  expn,
  help,
  starttls,
  auth,
];
