import { formatResponse } from '@hongyan/formats/pop3/response.ts';
import type { PhraseKey, Phrases } from '@hongyan/phrases/phrases.ts';

type TextOf<Key> = Key extends `pop3.${infer Name}` ? Name : never;

/** Names of what the server says. */
export type ReplyName = TextOf<PhraseKey>;

/** Extended response codes (RFC 2449 §8, RFC 3206). */
export type ResponseCode = 'AUTH' | 'IN-USE' | 'SYS/TEMP' | 'SYS/PERM';

/** Answers that are `-ERR`, with their response codes. All others are `+OK`. */
const errors: Readonly<Partial<Record<ReplyName, ResponseCode | null>>> = {
  unknown_command: null,
  wrong_state: null,
  syntax: null,
  line_too_long: null,
  no_such_message: null,
  deleted_before: null,
  message_gone: null,
  user_first: null,
  encryption_needed: null,
  mechanism_unknown: null,
  cancelled: null,
  malformed: null,
  tls_active: null,
  tls_unavailable: null,
  language_unknown: null,
  too_many_errors: null,
  stopping: 'SYS/TEMP',
  too_many_connections: 'SYS/TEMP',
  auth_failed: 'AUTH',
  auth_client_password: 'AUTH',
  auth_clients_off: 'AUTH',
  auth_limited: 'SYS/TEMP',
  auth_disabled: 'AUTH',
  in_use: 'IN-USE',
  not_removed: 'SYS/TEMP',
  unavailable: 'SYS/TEMP',
  broken: 'SYS/PERM',
};

/** One answer line in the language of `phrases`. `before` comes between the status and the words. */
export function replyLine(
  phrases: Phrases,
  name: ReplyName,
  values: Readonly<Record<string, string | number>> = {},
  before: string = '',
): string {
  const code = errors[name];
  const text = before + (phrases.find(`pop3.${name}`, values) ?? name);
  return formatResponse(code === undefined, code ?? null, text);
}

/** Whether an answer is `-ERR`. */
export function isRefusal(name: ReplyName): boolean {
  return errors[name] !== undefined;
}
