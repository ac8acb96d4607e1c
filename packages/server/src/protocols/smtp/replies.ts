import { formatReply } from '@hongyan/formats/smtp/reply.ts';

/** A reply ready to be sent, with what the session must know about it. */
export interface SmtpReply {
  readonly code: number;
  readonly text: string;
}

/** Makes a one-line reply. */
export function reply(code: number, enhanced: string | null, text: string): SmtpReply {
  return { code, text: formatReply(code, enhanced, [text]) };
}

/** What the server says, apart from failures of other rooms (see `error-reply.ts`). */
export const replies = {
  ok: reply(250, '2.0.0', 'Ok'),
  senderOk: reply(250, '2.1.0', 'Sender ok'),
  recipientOk: reply(250, '2.1.5', 'Recipient ok'),
  chunkOk: reply(250, '2.0.0', 'Chunk ok'),
  startMail: reply(354, null, 'Start mail input; end with <CRLF>.<CRLF>'),
  readyForTls: reply(220, '2.0.0', 'Ready to start TLS'),
  cannotVerify: reply(252, '2.5.0', 'Cannot verify, but will take messages and try to deliver'),
  authenticated: reply(235, '2.7.0', 'Authentication successful'),
  shuttingDown: reply(421, '4.3.2', 'Service is stopping, try again later'),
  timedOut: reply(421, '4.4.2', 'Timed out waiting for input'),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors'),
  tooManyMails: reply(421, '4.7.0', 'Too many messages in one connection'),
  tooManyConnections: reply(421, '4.7.0', 'Too many connections, try again later'),
  tooManyFromAddress: reply(421, '4.7.0', 'Too many connections from your address'),
  lineTooLong: reply(500, '5.5.6', 'Line too long'),
  unknownCommand: reply(500, '5.5.1', 'Command not recognized'),
  bareLineFeed: reply(500, '5.5.2', 'Lines must end in CRLF'),
  controlCharacters: reply(500, '5.5.2', 'Control characters are not allowed'),
  nonAscii: reply(500, '5.5.2', 'Only ASCII is allowed here'),
  syntax: reply(501, '5.5.2', 'Syntax error in arguments'),
  noArgument: reply(501, '5.5.4', 'No arguments allowed'),
  argumentNeeded: reply(501, '5.5.4', 'Argument needed'),
  helloInvalid: reply(501, '5.5.4', 'Give a domain name or address literal'),
  parameters: reply(501, '5.5.4', 'Malformed or repeated parameters'),
  parameterUnknown: reply(555, '5.5.4', 'Parameter not recognized'),
  parameterValue: reply(501, '5.5.4', 'Bad parameter value'),
  senderSyntax: reply(501, '5.1.7', 'Syntax: MAIL FROM:<address>'),
  recipientSyntax: reply(501, '5.1.3', 'Syntax: RCPT TO:<address>'),
  pathTooLong: reply(501, '5.5.2', 'Path too long'),
  nonAsciiAddress: reply(553, '5.6.7', 'Address needs SMTPUTF8'),
  notImplemented: reply(502, '5.5.1', 'Command not implemented'),
  helloFirst: reply(503, '5.5.1', 'Say EHLO first'),
  extendedHelloFirst: reply(503, '5.5.1', 'Say EHLO first; HELO is not enough'),
  mailFirst: reply(503, '5.5.1', 'Send MAIL first'),
  transactionOpen: reply(503, '5.5.1', 'Not during a mail transaction'),
  recipientsFirst: reply(554, '5.5.1', 'No valid recipients'),
  chunkingStarted: reply(503, '5.5.1', 'Not after BDAT'),
  chunkingFailed: reply(503, '5.5.1', 'An earlier chunk has failed; send RSET'),
  binaryNeedsBdat: reply(503, '5.5.1', 'BODY=BINARYMIME needs BDAT'),
  alreadySecured: reply(503, '5.5.1', 'TLS is already active'),
  startTlsFirst: reply(530, '5.7.0', 'Must issue a STARTTLS command first'),
  signInFirst: reply(530, '5.7.0', 'Authentication required'),
  alreadySignedIn: reply(503, '5.5.1', 'Already authenticated'),
  encryptionForAuth: reply(538, '5.7.11', 'Encryption required for authentication'),
  mechanismUnknown: reply(504, '5.5.4', 'Authentication mechanism not supported'),
  authCancelled: reply(501, '5.7.0', 'Authentication cancelled'),
  authMalformed: reply(501, '5.5.2', 'Malformed authentication data'),
  authFailed: reply(535, '5.7.8', 'Authentication credentials invalid'),
  tooLarge: reply(552, '5.3.4', 'Message too large'),
  bareLineEnds: reply(550, '5.5.2', 'Message has line ends that are not CRLF'),
  expnNotAvailable: reply(502, '5.5.1', 'EXPN is not available'),
} as const satisfies Record<string, SmtpReply>;

/** Names of the replies above that a session may give without further detail. */
export type ReplyName = keyof typeof replies;
