import { isUtf8 } from 'node:buffer';

/** Longest authcid, authzid or password in octets taken (RFC 4616 §2 allows 255 to 1020 characters). */
const longestField = 1020;

/** What a client says with PLAIN. */
export interface PlainMessage {
  /** Whom to act for; empty for oneself. */
  readonly authorizationId: string;
  readonly authenticationId: string;
  readonly password: string;
}

/** Reads a PLAIN message (RFC 4616 §2): `[authzid] NUL authcid NUL passwd` in UTF-8. Null when it is not one. */
export function parsePlain(message: Buffer): PlainMessage | null {
  const first = message.indexOf(0);
  const second = first === -1 ? -1 : message.indexOf(0, first + 1);
  if (second === -1 || message.indexOf(0, second + 1) !== -1 || !isUtf8(message)) return null;
  if (Math.max(first, second - first - 1, message.length - second - 1) > longestField) return null;
  const authenticationId = message.toString('utf8', first + 1, second);
  const password = message.toString('utf8', second + 1);
  if (authenticationId === '' || password === '') return null;
  return { authorizationId: message.toString('utf8', 0, first), authenticationId, password };
}

/** Builds a PLAIN message for clients. */
export function formatPlain(message: PlainMessage): Buffer {
  return Buffer.from(`${message.authorizationId}\0${message.authenticationId}\0${message.password}`, 'utf8');
}
