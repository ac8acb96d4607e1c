import type { Parameter } from '@hongyan/formats/smtp/parameters.ts';
import { decodeXtext } from '@hongyan/formats/smtp/xtext.ts';
import type { RecipientOptions, SenderOptions } from '../../flow/types.ts';
import type { ReplyName } from './replies.ts';
import type { SmtpSession } from './session.ts';

/** RFC 3461 §4.4 and §4.2. */
const longestEnvelopeId = 100;
const longestOriginalRecipient = 500;

/** What is wrong with the argument of MAIL or RCPT, apart from syntax. */
export const pathReplies: Readonly<Record<'too-long' | 'non-ascii' | 'parameters', ReplyName>> = {
  'too-long': 'pathTooLong',
  'non-ascii': 'nonAsciiAddress',
  parameters: 'parameters',
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes the parameters of MAIL; ENVID stays in xtext. A reply name when one is unknown here or has a bad value. */
export function senderOptions(
  parameters: readonly Parameter[],
  session: SmtpSession,
): SenderOptions | ReplyName {
  const options: Mutable<SenderOptions> = {};
  for (const { keyword, value } of parameters) {
    if (!session.extended) return 'parameterUnknown';
    switch (keyword) {
      case 'SIZE':
        if (value === null || !/^\d{1,15}$/.test(value)) return 'parameterValue';
        options.declaredSize = Number(value);
        break;
      case 'BODY': {
        const body = bodyType(value);
        if (body === null) return 'parameterValue';
        options.body = body;
        break;
      }
      case 'SMTPUTF8':
        if (value !== null) return 'parameterValue';
        options.smtputf8 = true;
        break;
      case 'REQUIRETLS':
        if (session.connection.tls === null) return 'parameterUnknown';
        if (value !== null) return 'parameterValue';
        options.requireTls = true;
        break;
      case 'RET': {
        const ret = value?.toUpperCase();
        if (ret !== 'FULL' && ret !== 'HDRS') return 'parameterValue';
        options.ret = ret;
        break;
      }
      case 'ENVID': {
        const sound = value !== null && value.length <= longestEnvelopeId && decodeXtext(value) !== null;
        if (!sound) return 'parameterValue';
        options.envid = value;
        break;
      }
      case 'AUTH':
        // RFC 4954 §5: who submitted it elsewhere. We trust nobody's word on it, so it is read and forgotten.
        if (!session.offersAuth) return 'parameterUnknown';
        if (value === null || decodeXtext(value) === null) return 'parameterValue';
        break;
      default:
        return 'parameterUnknown';
    }
  }
  return options;
}

/** Takes the parameters of RCPT (RFC 3461 §4.1, §4.2); ORCPT stays in xtext. A reply name when one is unknown or has a bad value. */
export function recipientOptions(
  parameters: readonly Parameter[],
  session: SmtpSession,
): RecipientOptions | ReplyName {
  const options: Mutable<RecipientOptions> = {};
  for (const { keyword, value } of parameters) {
    if (!session.extended) return 'parameterUnknown';
    if (keyword === 'NOTIFY') {
      const notify = notifyConditions(value);
      if (notify === null) return 'parameterValue';
      options.notify = notify;
    } else if (keyword === 'ORCPT') {
      if (value === null || !isOriginalRecipient(value)) return 'parameterValue';
      options.orcpt = value;
    } else return 'parameterUnknown';
  }
  return options;
}

function bodyType(value: string | null): NonNullable<SenderOptions['body']> | null {
  const body = value?.toUpperCase();
  return body === '7BIT' || body === '8BITMIME' || body === 'BINARYMIME' ? body : null;
}

function notifyConditions(value: string | null): NonNullable<RecipientOptions['notify']> | null {
  const conditions = new Set<NonNullable<RecipientOptions['notify']>[number]>();
  for (const word of value?.toUpperCase().split(',') ?? ['']) {
    if (word !== 'NEVER' && word !== 'SUCCESS' && word !== 'FAILURE' && word !== 'DELAY') return null;
    conditions.add(word);
  }
  return conditions.has('NEVER') && conditions.size > 1 ? null : [...conditions];
}

/** `type;xtext` (RFC 3461 §4.2); of the type `utf-8` (RFC 6533 §3) whatever a parameter can hold. */
function isOriginalRecipient(value: string): boolean {
  const separator = value.indexOf(';');
  const type = value.slice(0, separator);
  const address = value.slice(separator + 1);
  if (value.length > longestOriginalRecipient || !/^[A-Za-z0-9-]+$/.test(type) || address === '')
    return false;
  return type.toLowerCase() === 'utf-8' || decodeXtext(address) !== null;
}
