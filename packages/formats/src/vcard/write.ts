import { Buffer } from 'node:buffer';
import { isArray, isObject, type JsonObject, own, textOf } from '../jmap/json.ts';
import { escapeText } from './value.ts';

export type VcardVersion = '3.0' | '4.0';

/** Octets of a line before it is folded (RFC 6350 §3.2). */
const lineOctets = 75;

/** Folds a line between characters. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= lineOctets) return `${line}\r\n`;
  let folded = '';
  let octets = 0;
  for (const char of line) {
    const size = Buffer.byteLength(char);
    if (octets + size > lineOctets) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += char;
    octets += size;
  }
  return `${folded}\r\n`;
}

function entries(card: JsonObject, name: string): JsonObject[] {
  const map = own(card, name);
  return isObject(map) ? Object.values(map).filter(isObject) : [];
}

function keys(card: JsonObject, name: string): string[] {
  const map = own(card, name);
  return isObject(map) ? Object.keys(map) : [];
}

const featureTypes: Readonly<Record<string, string>> = { mobile: 'cell', main: 'voice' };

/** The parameters of a property: TYPE from contexts and features, PREF. */
function parameters(entry: JsonObject, version: VcardVersion): string {
  const types = [
    ...keys(entry, 'contexts').map(context => (context === 'private' ? 'home' : context)),
    ...keys(entry, 'features').map(feature => featureTypes[feature] ?? feature),
  ].filter(type => /^[A-Za-z0-9-]{1,30}$/.test(type));
  const pref = own(entry, 'pref');
  if (version === '3.0' && pref === 1) types.push('pref');
  const type = types.map(one => `;TYPE=${one}`).join('');
  return version === '4.0' && typeof pref === 'number' ? `${type};PREF=${pref}` : type;
}

function components(card: JsonObject, name: string): (kind: string) => string {
  const holder = own(card, name);
  const list = isObject(holder) ? own(holder, 'components') : undefined;
  const all = isArray(list) ? list.filter(isObject) : [];
  return kind =>
    all
      .filter(one => textOf(one, 'kind') === kind)
      .map(one => escapeText(textOf(one, 'value')))
      .join(',');
}

function nameLines(card: JsonObject): string[] {
  const part = components(card, 'name');
  const n = ['surname', 'given', 'given2', 'title', 'credential'].map(part);
  const holder = own(card, 'name');
  const full = isObject(holder) ? textOf(holder, 'full') : '';
  const joined = [n[1], n[2], n[0]].filter(one => one !== undefined && one !== '').join(' ');
  const shown = full === '' ? joined : escapeText(full);
  const fallback = escapeText(textOf(entries(card, 'organizations')[0] ?? {}, 'name'));
  const address = escapeText(textOf(entries(card, 'emails')[0] ?? {}, 'address'));
  const named = n.some(one => one !== '') ? n : [shown, '', '', '', ''];
  return [`FN:${shown || fallback || address || '?'}`, `N:${named.join(';')}`];
}

function addressLine(entry: JsonObject, version: VcardVersion): string {
  const part = components({ address: entry }, 'address');
  const street = part('name') || [part('number'), part('block')].filter(one => one !== '').join(' ');
  const values = [
    part('postOfficeBox'),
    part('apartment'),
    street,
    part('locality'),
    part('region'),
    part('postcode'),
    part('country'),
  ];
  const full = escapeText(textOf(entry, 'full'));
  const empty = values.every(value => value === '');
  return `ADR${parameters(entry, version)}:${(empty ? ['', '', full, '', '', '', ''] : values).join(';')}`;
}

function dateLine(entry: JsonObject): string[] {
  const date = own(entry, 'date');
  if (!isObject(date)) return [];
  const pad = (value: unknown, width: number): string => String(value).padStart(width, '0');
  const [year, month, day] = [own(date, 'year'), own(date, 'month'), own(date, 'day')];
  if (typeof month !== 'number' || typeof day !== 'number') return [];
  const name = textOf(entry, 'kind') === 'birth' ? 'BDAY' : 'ANNIVERSARY';
  const start = typeof year === 'number' ? pad(year, 4) : '--';
  return [`${name}:${start}${pad(month, 2)}${pad(day, 2)}`];
}

function mediaLine(entry: JsonObject, version: VcardVersion): string[] {
  const uri = textOf(entry, 'uri').replaceAll(/[\r\n]/g, '');
  const name = textOf(entry, 'kind') === 'logo' ? 'LOGO' : 'PHOTO';
  const data = /^data:image\/([a-z]{2,10});base64,/i.exec(uri);
  if (version === '4.0' || !data) return [`${name}${version === '3.0' ? ';VALUE=uri' : ''}:${uri}`];
  return [`${name};ENCODING=b;TYPE=${String(data[1]).toUpperCase()}:${uri.slice(data[0].length)}`];
}

/** A Card as a vCard (RFC 6350, RFC 2426), lines folded and ended with CRLF. What vCard has no property for is left out. */
export function writeVcard(card: JsonObject, version: VcardVersion): string {
  const plain = (name: string, map: string, member: string): string[] =>
    entries(card, map).map(one => `${name}${parameters(one, version)}:${escapeText(textOf(one, member))}`);
  const isGroup = textOf(card, 'kind') === 'group';
  const kind = isGroup ? [version === '4.0' ? 'KIND:group' : 'X-ADDRESSBOOKSERVER-KIND:group'] : [];
  const member = version === '4.0' ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER';
  const categories = keys(card, 'keywords').map(escapeText).join(',');
  const lines = [
    'BEGIN:VCARD',
    `VERSION:${version}`,
    ...kind,
    `UID:${escapeText(textOf(card, 'uid'))}`,
    ...nameLines(card),
    ...plain('NICKNAME', 'nicknames', 'name'),
    ...plain('EMAIL', 'emails', 'address'),
    ...plain('TEL', 'phones', 'number'),
    ...entries(card, 'organizations').map(one => {
      const units = own(one, 'units');
      const names = isArray(units) ? units.filter(isObject).map(unit => textOf(unit, 'name')) : [];
      return `ORG:${[textOf(one, 'name'), ...names].map(escapeText).join(';')}`;
    }),
    ...entries(card, 'titles').map(
      one => `${textOf(one, 'kind') === 'role' ? 'ROLE' : 'TITLE'}:${escapeText(textOf(one, 'name'))}`,
    ),
    ...entries(card, 'addresses').map(one => addressLine(one, version)),
    ...plain('URL', 'links', 'uri'),
    ...plain('IMPP', 'onlineServices', 'uri'),
    ...entries(card, 'anniversaries').flatMap(dateLine),
    ...entries(card, 'media').flatMap(one => mediaLine(one, version)),
    ...plain('NOTE', 'notes', 'note'),
    ...(categories === '' ? [] : [`CATEGORIES:${categories}`]),
    ...keys(card, isGroup ? 'members' : '').map(uid => `${member}:${escapeText(uid)}`),
    'END:VCARD',
  ];
  return lines.map(line => fold(line.replaceAll(/[\r\n]/g, ' '))).join('');
}
