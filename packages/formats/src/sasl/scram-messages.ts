import { isUtf8 } from 'node:buffer';
import { decodeBase64 } from './base64.ts';

/** Longest SCRAM message taken, in octets. */
const longestMessage = 4096;

/** How the client binds the channel (RFC 5802 §6): `n` cannot, `y` could but thinks the server cannot, `p` does. */
export type ChannelBindingFlag =
  | { readonly kind: 'n' }
  | { readonly kind: 'y' }
  | { readonly kind: 'p'; readonly type: string };

export interface ClientFirst {
  readonly flag: ChannelBindingFlag;
  /** Whom to act for; empty for oneself. */
  readonly authorizationId: string;
  readonly login: string;
  readonly nonce: string;
  /** The GS2 header as sent, part of the channel binding. */
  readonly gs2Header: string;
  /** client-first-message-bare as sent, part of what is signed. */
  readonly bare: string;
}

export interface ClientFinal {
  readonly channelBinding: Buffer;
  readonly nonce: string;
  readonly proof: Buffer;
  /** client-final-message-without-proof as sent, part of what is signed. */
  readonly withoutProof: string;
}

export interface ServerFirst {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

/** Reads client-first-message (RFC 5802 §7). Null when it is not one, or demands an extension (`m=`). */
export function parseClientFirst(message: Buffer): ClientFirst | null {
  const text = asText(message);
  if (text === null) return null;
  const flagEnd = text.indexOf(',');
  const headerEnd = text.indexOf(',', flagEnd + 1);
  if (flagEnd === -1 || headerEnd === -1) return null;
  const flag = parseFlag(text.slice(0, flagEnd));
  const authorization = text.slice(flagEnd + 1, headerEnd);
  const authorizationId = authorization === '' ? '' : decodeName(attribute(authorization, 'a'));
  const bare = text.slice(headerEnd + 1);
  const [user, random] = bare.split(',');
  const login = decodeName(attribute(user, 'n'));
  const nonce = attribute(random, 'r');
  if (flag === null || authorizationId === null || login === null || login === '' || !isNonce(nonce))
    return null;
  return { flag, authorizationId, login, nonce, gs2Header: text.slice(0, headerEnd + 1), bare };
}

/** Reads client-final-message (RFC 5802 §7). Null when it is not one. */
export function parseClientFinal(message: Buffer): ClientFinal | null {
  const text = asText(message);
  const proofStart = text?.lastIndexOf(',p=') ?? -1;
  if (text === null || proofStart === -1) return null;
  const withoutProof = text.slice(0, proofStart);
  const [binding, random] = withoutProof.split(',');
  const channelBinding = decodeBase64(attribute(binding, 'c') ?? '!');
  const nonce = attribute(random, 'r');
  const proof = decodeBase64(text.slice(proofStart + 3));
  if (channelBinding === null || !isNonce(nonce) || proof === null) return null;
  return { channelBinding, nonce, proof, withoutProof };
}

/** Reads server-first-message, for clients. Null when it is not one, or the iteration count is not sane. */
export function parseServerFirst(message: Buffer): ServerFirst | null {
  const [random, salted, counted] = asText(message)?.split(',') ?? [];
  const nonce = attribute(random, 'r');
  const salt = decodeBase64(attribute(salted, 's') ?? '!');
  const count = attribute(counted, 'i') ?? '';
  if (!isNonce(nonce) || salt === null || !/^\d{1,7}$/.test(count) || Number(count) < 1) return null;
  return { nonce, salt, iterations: Number(count) };
}

/** Writes server-first-message. */
export function formatServerFirst(message: { nonce: string; salt: Uint8Array; iterations: number }): string {
  return `r=${message.nonce},s=${Buffer.from(message.salt).toString('base64')},i=${message.iterations}`;
}

/** Escapes a name for `n=` or `a=` (RFC 5802 §5.1). */
export function encodeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function decodeName(name: string | null): string | null {
  if (name === null || /=(?!2C|3D)/.test(name)) return null;
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function parseFlag(text: string): ChannelBindingFlag | null {
  if (text === 'n' || text === 'y') return { kind: text };
  return /^p=[A-Za-z0-9.-]{1,64}$/.test(text) ? { kind: 'p', type: text.slice(2) } : null;
}

function attribute(text: string | undefined, name: string): string | null {
  return text?.startsWith(`${name}=`) === true ? text.slice(2) : null;
}

/** Printable ASCII without comma, at least one (RFC 5802 §7 `printable`). */
function isNonce(text: string | null): text is string {
  return text !== null && /^[!-+\--~]{1,512}$/.test(text);
}

function asText(message: Buffer): string | null {
  return message.length > longestMessage || !isUtf8(message) || message.includes(0)
    ? null
    : message.toString('utf8');
}
