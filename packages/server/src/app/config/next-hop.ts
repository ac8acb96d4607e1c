import { type NextHop, tlsModes } from './config.ts';
import { choice, integer, optionalPath, optionalText, required, type SchemaFor, text } from './setting.ts';

/** Settings of a server that mail is handed to. */
export const nextHop: SchemaFor<NextHop> = {
  host: required(text('', { doc: 'Name or address of the next server.', example: '"smtp.example.net"' })),
  port: integer(25, 1, 65_535, { doc: 'Its port.' }),
  tls: choice(tlsModes, 'opportunistic', {
    doc: '`opportunistic`: STARTTLS when offered; `required`: only with STARTTLS; `verified`: and with a certificate that is right; `implicit`, `implicit-verified`: TLS from the first byte.',
    example: '"implicit-verified"',
  }),
  username: optionalText({
    doc: 'Name to sign in with; leave out to send without signing in.',
    example: '"mailer"',
  }),
  password: optionalText({
    doc: 'Password for it. `password_file` keeps it out of this file.',
    example: '"secret"',
  }),
  passwordFile: optionalPath({
    doc: 'File whose first line is the password.',
    example: '"/etc/hongyan/smart-host.password"',
  }),
};
