import { parseDate } from '@hongyan/formats/jmap/date.ts';
import { isArray, isObject, type Json, type JsonObject, objectOf, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { encodeXtext } from '@hongyan/formats/smtp/xtext.ts';
import type { RecipientOptions, SenderOptions } from '../../../flow/types.ts';
import type { EmailEnvelope } from '../../../mailbox/emails/envelope.ts';
import { pooledRandom } from '../../../platform/secrets/random.ts';

/** An Envelope, read (RFC 8621 §7). */
export interface Envelope {
  readonly mailFrom: string;
  readonly sender: SenderOptions;
  readonly rcptTo: readonly { readonly email: string; readonly options: RecipientOptions }[];
  /** As it is shown to the client. */
  readonly json: JsonObject;
}

/** What EHLO says of these in RFC 8621 §1.3.2 `submissionExtensions`, and how long sending may wait (seconds). */
export const maxDelayedSend: number = 30 * 24 * 3600;

/** ENVID of a mail whose sender gave none: whoever reports of it later knows it, nobody else can guess it (RFC 3461 §4.4). */
export function newEnvelopeId(): string {
  return pooledRandom(18).toString('base64url');
}

type Parameters = ReadonlyMap<string, string | null>;

/** Reads a client's Envelope. Throws `invalidProperties`. */
export function readEnvelope(value: JsonObject, now: number): Envelope {
  const mailFrom = readAddress(own(value, 'mailFrom'));
  const rcptTo = own(value, 'rcptTo');
  if (!mailFrom || !isArray(rcptTo)) throw invalidProperties(['envelope']);
  const recipients = rcptTo.map(item => {
    const address = readAddress(item);
    if (!address) throw invalidProperties(['envelope/rcptTo']);
    return { email: address.email, options: recipientOptions(address.parameters), json: address.json };
  });
  return {
    mailFrom: mailFrom.email,
    sender: senderOptions(mailFrom.parameters, now),
    rcptTo: recipients.map(({ email, options }) => ({ email, options })),
    json: { mailFrom: mailFrom.json, rcptTo: recipients.map(item => item.json) },
  };
}

/** The Envelope of an email itself: Sender or From, and everybody in To, Cc and Bcc once (RFC 8621 §7). */
export function envelopeOf(email: EmailEnvelope, identity: string): Envelope {
  const authors = email.sender ?? email.from ?? [];
  if (authors.length > 1) throw new SetError('invalidEmail', 'several senders', { properties: ['sender'] });
  const author = authors[0]?.email ?? '';
  const mailFrom = author.toLowerCase() === identity.toLowerCase() ? author : identity;
  const people = [email.to, email.cc, email.bcc].flatMap(list => list ?? []);
  const addresses = new Map(people.map(({ email: address }) => [address.toLowerCase(), address]));
  const rcptTo = [...addresses.values()];
  return {
    mailFrom,
    sender: {},
    rcptTo: rcptTo.map(address => ({ email: address, options: {} })),
    json: {
      mailFrom: { email: mailFrom, parameters: null },
      rcptTo: rcptTo.map(address => ({ email: address, parameters: null })),
    },
  };
}

function readAddress(
  value: Json | undefined,
): { email: string; parameters: Parameters; json: JsonObject } | null {
  const email = isObject(value) ? own(value, 'email') : undefined;
  const given = isObject(value) ? (own(value, 'parameters') ?? null) : undefined;
  if (typeof email !== 'string' || (given !== null && !isObject(given))) return null;
  const parameters = new Map<string, string | null>();
  for (const [name, item] of Object.entries(given ?? {})) {
    if (item !== null && typeof item !== 'string') return null;
    parameters.set(name.toUpperCase(), item);
  }
  const json = { email, parameters: parameters.size === 0 ? null : objectOf(parameters) };
  return { email, parameters, json };
}

function senderOptions(parameters: Parameters, now: number): SenderOptions {
  let options: SenderOptions = {};
  for (const [name, value] of parameters) {
    const text = value ?? '';
    if (name === 'RET' && (text === 'FULL' || text === 'HDRS')) options = { ...options, ret: text };
    else if (name === 'ENVID' && /^[\x20-\x7e]{1,100}$/.test(text) && encodeXtext(text).length <= 100) {
      // Here it comes as it is, on the way it travels as xtext (RFC 8621 §7), with 100 characters at most (RFC 3461 §5.4).
      options = { ...options, envid: encodeXtext(text) };
    } else if (name === 'HOLDFOR' && /^\d{1,9}$/.test(text)) {
      options = { ...options, holdUntil: hold(now + Number(text) * 1000, now) };
    } else if (name === 'HOLDUNTIL' && parseDate(text, false) !== null) {
      options = { ...options, holdUntil: hold(parseDate(text, false) ?? 0, now) };
    } else if (!['SIZE', 'BODY', 'SMTPUTF8'].includes(name)) {
      throw invalidProperties(['envelope/mailFrom/parameters'], name.slice(0, 40));
    }
  }
  return options;
}

function hold(until: number, now: number): number {
  if (until > now + maxDelayedSend * 1000) {
    throw invalidProperties(['envelope/mailFrom/parameters'], `at most ${maxDelayedSend} seconds`);
  }
  return until;
}

/** Octets of ORCPT on the way (RFC 3461 §5.4). */
const maxOriginal = 500;

const notices = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'] as const;

function recipientOptions(parameters: Parameters): RecipientOptions {
  let options: RecipientOptions = {};
  for (const [name, value] of parameters) {
    const words = (value ?? '').toUpperCase().split(',');
    const notify = notices.filter(notice => words.includes(notice));
    if (name === 'NOTIFY' && notify.length === words.length) options = { ...options, notify };
    else if (name === 'ORCPT' && originalRecipient(value ?? '') !== null) {
      options = { ...options, orcpt: originalRecipient(value ?? '') ?? '' };
    } else throw invalidProperties(['envelope/rcptTo/parameters'], name.slice(0, 40));
  }
  return options;
}

/** ORCPT as it travels, from the form without encodings (RFC 8621 §7, RFC 3461 §4.2, RFC 6533 §3); null for what is none. */
function originalRecipient(text: string): string | null {
  const semicolon = text.indexOf(';');
  const type = text.slice(0, Math.max(semicolon, 0)).toLowerCase();
  const address = text.slice(semicolon + 1);
  if (address === '' || text.length > maxOriginal) return null;
  const plain = type === 'rfc822' && /^[\x20-\x7e]+$/.test(address);
  const international = type === 'utf-8' && !/[\u0000- \u007f=+\\]/.test(address);
  if (!plain && !international) return null;
  const travels = `${type};${plain ? encodeXtext(address) : address}`;
  return Buffer.byteLength(travels) <= maxOriginal ? travels : null;
}

/** Throws `noRecipients`, `tooManyRecipients`. */
export function requireRecipients(envelope: Envelope, max: number): void {
  if (envelope.rcptTo.length === 0) throw new SetError('noRecipients');
  if (envelope.rcptTo.length > max) throw new SetError('tooManyRecipients', '', { maxRecipients: max });
}
