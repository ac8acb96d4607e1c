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
const table = {
  ok: [250, '2.0.0', 'Ok'],
  senderOk: [250, '2.1.0', 'Sender ok'],
  recipientOk: [250, '2.1.5', 'Recipient ok'],
  chunkOk: [250, '2.0.0', 'Chunk ok'],
  startMail: [354, null, 'Start mail input; end with <CRLF>.<CRLF>'],
  readyForTls: [220, '2.0.0', 'Ready to start TLS'],
  cannotVerify: [252, '2.5.0', 'Cannot verify, but will take messages and try to deliver'],
  authenticated: [235, '2.7.0', 'Authentication successful'],
  shuttingDown: [421, '4.3.2', 'Service is stopping, try again later'],
  timedOut: [421, '4.4.2', 'Timed out waiting for input'],
  tooManyErrors: [421, '4.7.0', 'Too many errors'],
  tooManyMails: [421, '4.7.0', 'Too many messages in one connection'],
  tooManyConnections: [421, '4.7.0', 'Too many connections, try again later'],
  tooManyFromAddress: [421, '4.7.0', 'Too many connections from your address'],
  lineTooLong: [500, '5.5.6', 'Line too long'],
  unknownCommand: [500, '5.5.1', 'Command not recognized'],
  bareLineFeed: [500, '5.5.2', 'Lines must end in CRLF'],
  controlCharacters: [500, '5.5.2', 'Control characters are not allowed'],
  nonAscii: [500, '5.5.2', 'Only ASCII is allowed here'],
  syntax: [501, '5.5.2', 'Syntax error in arguments'],
  noArgument: [501, '5.5.4', 'No arguments allowed'],
  argumentNeeded: [501, '5.5.4', 'Argument needed'],
  helloInvalid: [501, '5.5.4', 'Give a domain name or address literal'],
  parameters: [501, '5.5.4', 'Malformed or repeated parameters'],
  parameterUnknown: [555, '5.5.4', 'Parameter not recognized'],
  parameterValue: [501, '5.5.4', 'Bad parameter value'],
  senderSyntax: [501, '5.1.7', 'Syntax: MAIL FROM:<address>'],
  recipientSyntax: [501, '5.1.3', 'Syntax: RCPT TO:<address>'],
  pathTooLong: [501, '5.5.2', 'Path too long'],
  nonAsciiAddress: [553, '5.6.7', 'Address needs SMTPUTF8'],
  notImplemented: [502, '5.5.1', 'Command not implemented'],
  helloFirst: [503, '5.5.1', 'Say EHLO first'],
  extendedHelloFirst: [503, '5.5.1', 'Say EHLO first; HELO is not enough'],
  mailFirst: [503, '5.5.1', 'Send MAIL first'],
  transactionOpen: [503, '5.5.1', 'Not during a mail transaction'],
  recipientsFirst: [554, '5.5.1', 'No valid recipients'],
  chunkingStarted: [503, '5.5.1', 'Not after BDAT'],
  chunkingFailed: [503, '5.5.1', 'An earlier chunk has failed; send RSET'],
  binaryNeedsBdat: [503, '5.5.1', 'BODY=BINARYMIME needs BDAT'],
  alreadySecured: [503, '5.5.1', 'TLS is already active'],
  startTlsFirst: [530, '5.7.0', 'Must issue a STARTTLS command first'],
  signInFirst: [530, '5.7.0', 'Authentication required'],
  alreadySignedIn: [503, '5.5.1', 'Already authenticated'],
  encryptionForAuth: [538, '5.7.11', 'Encryption required for authentication'],
  mechanismUnknown: [504, '5.5.4', 'Authentication mechanism not supported'],
  authCancelled: [501, '5.7.0', 'Authentication cancelled'],
  authMalformed: [501, '5.5.2', 'Malformed authentication data'],
  authFailed: [535, '5.7.8', 'Authentication credentials invalid'],
  tooManyUnknown: [450, '4.7.1', 'Too many unknown recipients, try again later'],
  tooLarge: [552, '5.3.4', 'Message too large'],
  bareLineEnds: [550, '5.5.2', 'Message has line ends that are not CRLF'],
  expnNotAvailable: [502, '5.5.1', 'EXPN is not available'],
} as const;

/** Names of the replies above that a session may give without further detail. */
export type ReplyName = keyof typeof table;

/** The same, rendered once. */
export const replies: Readonly<Record<ReplyName, SmtpReply>> = Object.fromEntries(
  Object.entries(table).map(([name, [code, enhanced, text]]) => [name, reply(code, enhanced, text)]),
) as Record<ReplyName, SmtpReply>;
