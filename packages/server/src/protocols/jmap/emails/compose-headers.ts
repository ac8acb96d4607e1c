import { parseDate } from '@hongyan/formats/jmap/date.ts';
import {
  convenienceProperties,
  type HeaderForm,
  type HeaderProperty,
  parseHeaderProperty,
} from '@hongyan/formats/jmap/header-property.ts';
import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import {
  addressField,
  dateField,
  encodePhrase,
  foldField,
  formatMailbox,
  idField,
  type MailboxInput,
  plainField,
  textField,
} from '@hongyan/formats/message/fields.ts';

/** A header field made of a property: its name in lower case and its lines with CRLF. */
export interface ComposedField {
  /** The property that it was made of. */
  readonly property: string;
  readonly field: string;
  readonly lines: string;
}

/** The header property that a property of an Email or EmailBodyPart stands for; null for other properties. */
export function headerPropertyOf(name: string): HeaderProperty | null {
  return convenienceProperties.get(name) ?? (name.startsWith('header:') ? parseHeaderProperty(name) : null);
}

/** Makes the field; null when the value is of the wrong type. An absent or empty value makes no lines. */
export function composeField(property: HeaderProperty, value: Json): ComposedField | null {
  const values = property.all ? value : [value];
  const named = { property: property.property, field: property.field };
  if (!isArray(values)) return value === null ? { ...named, lines: '' } : null;
  let lines = '';
  for (const item of values) {
    const text = item === null ? '' : composeOne(property.spelling, property.form, item);
    if (text === null) return null;
    lines += text;
  }
  return { ...named, lines };
}

function composeOne(name: string, form: HeaderForm, value: Json): string | null {
  if (form === 'raw') return typeof value === 'string' ? rawField(name, value) : null;
  if (form === 'text') return typeof value === 'string' ? textField(name, value) : null;
  if (form === 'date') {
    if (typeof value !== 'string') return null;
    const ms = parseDate(value, false);
    return ms === null ? null : dateField(name, ms, offsetOf(value));
  }
  if (!isArray(value)) return null;
  if (form === 'addresses') return addresses(name, value);
  if (form === 'groupedAddresses') return groups(name, value);
  if (!value.every(item => typeof item === 'string')) return null;
  const list = value.map(String);
  if (list.length === 0) return '';
  if (form === 'messageIds') return idField(name, list);
  return plainField(name, list.map(url => `<${url.replaceAll(/[\s<>]/g, '')}>`).join(', '));
}

/** A value as it is: nothing that would begin a line of its own, no control characters. */
function rawField(name: string, value: string): string | null {
  if (
    /[\r\n](?![ \t])(?!\n[ \t])/.test(value) ||
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)
  )
    return null;
  return `${name}:${value.replaceAll(/\r\n|\r|\n/g, '\r\n')}\r\n`;
}

/** Minutes east of Greenwich in a Date of RFC 8620 §1.4. */
function offsetOf(date: string): number {
  const match = /([+-])(\d\d):(\d\d)$/.exec(date);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

function mailbox(value: Json): MailboxInput | null {
  if (!isObject(value)) return null;
  const email = own(value, 'email');
  const name = own(value, 'name') ?? null;
  if (typeof email !== 'string' || (name !== null && typeof name !== 'string')) return null;
  const at = email.lastIndexOf('@');
  const quoted = /^"(.*)"$/s.exec(at < 0 ? email : email.slice(0, at))?.[1];
  const local = quoted?.replaceAll(/\\(.)/gs, '$1') ?? (at < 0 ? email : email.slice(0, at));
  return { ...(name ? { name } : {}), local, domain: at < 0 ? '' : email.slice(at + 1) };
}

function mailboxes(list: readonly Json[]): MailboxInput[] | null {
  const result: MailboxInput[] = [];
  for (const item of list) {
    const entry = mailbox(item);
    if (!entry) return null;
    result.push(entry);
  }
  return result;
}

function addresses(name: string, list: readonly Json[]): string | null {
  const entries = mailboxes(list);
  if (!entries) return null;
  return entries.length === 0 ? '' : addressField(name, entries);
}

function groups(name: string, list: readonly Json[]): string | null {
  const pieces: string[] = [];
  for (const item of list) {
    const members = isObject(item) ? own(item, 'addresses') : undefined;
    const title = isObject(item) ? (own(item, 'name') ?? null) : undefined;
    if (!isArray(members) || (title !== null && typeof title !== 'string')) return null;
    const entries = mailboxes(members);
    if (!entries) return null;
    const text = entries.map(formatMailbox).join(', ');
    if (title !== null) pieces.push(`${encodePhrase(title)}: ${text};`);
    else if (text !== '') pieces.push(text);
  }
  return pieces.length === 0 ? '' : foldField(name, pieces.join(', '));
}

/** The fields that the properties of an object stand for, and the properties that are wrong. */
export function composeFields(object: JsonObject): { fields: ComposedField[]; wrong: string[] } {
  const fields: ComposedField[] = [];
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const name of Object.keys(object)) {
    const property = headerPropertyOf(name);
    if (!property) {
      if (name.startsWith('header:')) wrong.push(name);
      continue;
    }
    const field = composeField(property, own(object, name) ?? null);
    if (field === null || seen.has(property.field)) wrong.push(name);
    else fields.push(field);
    seen.add(property.field);
  }
  return { fields, wrong };
}
