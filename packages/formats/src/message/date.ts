import { skipCfws } from './parameters.ts';

/** A point in time with the offset its sender stated. */
export interface ZonedDate {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly ms: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** RFC 5322 §4.3 obs-zone, in minutes; other letters mean -0000. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['gmt', 0],
  ['utc', 0],
  ['z', 0],
  ['est', -300],
  ['edt', -240],
  ['cst', -360],
  ['cdt', -300],
  ['mst', -420],
  ['mdt', -360],
  ['pst', -480],
  ['pdt', -420],
]);

/** A Date field longer than this is not a date. */
const MAX_DATE = 256;
const MAX_OFFSET = 24 * 60;

/** The form that nearly all mail has; anything else takes the slower way. */
const USUAL =
  /^(?:[A-Z][a-z]{2}, {1,2})?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)(?: \([A-Z]{1,5}\))?$/;

function fromUsual(match: RegExpExecArray): ZonedDate | null {
  const number = (index: number): number => Number(match[index]);
  const minutes = number(8) * 60 + number(9);
  return assemble({
    numbers: [number(1), number(3) + THREE_DIGITS],
    month: MONTH_NAMES.indexOf(match[2] ?? ''),
    iso: null,
    time: [number(4), number(5), number(6)],
    offset: match[7] === '-' ? -minutes : minutes,
  });
}

interface Fields {
  numbers: number[];
  month: number;
  iso: readonly [number, number, number] | null;
  time: readonly [number, number, number] | null;
  offset: number | null;
}

/**
 * Reads a Date field body (RFC 5322 §3.3 and §4.3) and the other forms seen in mail: ISO 8601, asctime, missing
 * seconds or zone, two and three digit years, comments. Null when no sensible date can be made out.
 */
export function parseDate(text: string): ZonedDate | null {
  if (text.length > MAX_DATE) return null;
  const usual = USUAL.exec(text);
  if (usual !== null) return fromUsual(usual);
  const fields: Fields = { numbers: [], month: -1, iso: null, time: null, offset: null };
  for (const token of withoutComments(text).split(/[\s,]+/))
    if (token !== '') readToken(token.toLowerCase(), fields);
  return assemble(fields);
}

/** Comments become blanks; blanks around the colons of a time go away (RFC 5322 §4.3). */
function withoutComments(text: string): string {
  if (!text.includes('(') && !text.includes(' :') && !text.includes(': ')) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const next = skipCfws(text, at);
    if (next > at) out += ' ';
    out += text.charAt(next);
    at = next + 1;
  }
  const pieces = out.split(':');
  return pieces.map(piece => piece.trim()).join(':');
}

function readToken(token: string, fields: Fields): void {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:t(.{1,40}))?$/.exec(token);
  if (iso !== null && fields.iso === null) {
    fields.iso = [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])];
    if (iso[4] !== undefined) readToken(iso[4], fields);
    return;
  }
  const dashed = /^(\d{1,2})-([a-z]{3})[a-z]{0,6}-(\d{2,4})$/.exec(token);
  if (dashed !== null) {
    for (const piece of dashed.slice(1)) readToken(piece, fields);
    return;
  }
  const time = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?(.{0,20})$/.exec(token);
  if (time !== null && fields.time === null) {
    fields.time = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
    if (time[4] !== undefined && time[4] !== '') readToken(time[4], fields);
    return;
  }
  if (/^\d{1,4}$/.test(token)) {
    if (fields.numbers.length < 4)
      fields.numbers.push(Number(token) + (token.length <= 2 ? 0 : THREE_DIGITS));
    return;
  }
  const zone = /^(?:gmt|utc|ut)?([+-])(\d{1,2}):?(\d{2})?$/.exec(token);
  if (zone !== null && fields.time !== null) {
    const minutes = Number(zone[2]) * 60 + Number(zone[3] ?? 0);
    fields.offset ??= zone[1] === '-' ? -minutes : minutes;
    return;
  }
  const month = MONTHS.indexOf(token.slice(0, 3));
  if (month >= 0 && fields.month < 0) {
    fields.month = month;
  } else if (fields.time !== null && /^[a-z]{1,5}$/.test(token)) {
    if (token === 'pm' && fields.time[0] < 12)
      fields.time = [fields.time[0] + 12, fields.time[1], fields.time[2]];
    else if (token === 'am' && fields.time[0] === 12) fields.time = [0, fields.time[1], fields.time[2]];
    else if (token !== 'am' && token !== 'pm') fields.offset ??= ZONES.get(token) ?? 0;
  }
}

/** Marks numbers written with three or four digits, which can only be years. */
const THREE_DIGITS = 10_000;

function fullYear(year: number): number {
  if (year >= THREE_DIGITS) {
    const written = year - THREE_DIGITS;
    return written < 1000 ? written + 1900 : written;
  }
  return year < 50 ? year + 2000 : year + 1900;
}

function assemble(fields: Fields): ZonedDate | null {
  let year: number;
  let month: number;
  let day: number;
  if (fields.iso !== null) {
    [year, month, day] = fields.iso;
  } else {
    const [first, second] = fields.numbers;
    if (first === undefined || second === undefined || fields.month < 0) return null;
    const yearFirst = first >= THREE_DIGITS;
    month = fields.month;
    day = yearFirst ? second : first;
    year = fullYear(yearFirst ? first : second);
  }
  const [hour, minute, second] = fields.time ?? [0, 0, 0];
  const offset = fields.offset ?? 0;
  if (day < 1 || day > 31 || month < 0 || month > 11 || year < 1900 || year > 9999) return null;
  if (hour > 24 || minute > 59 || second > 60 || Math.abs(offset) > MAX_OFFSET) return null;
  const ms = Date.UTC(year, month, day, hour, minute, Math.min(second, 59)) - offset * 60_000;
  return { ms, offset };
}

/**
 * Writes a date in the form of RFC 5322 §3.3, e.g. `Sun, 22 Nov 2026 18:39:55 +0800`.
 * @param ms milliseconds since the epoch
 * @param offset minutes east of UTC
 */
export function formatDate(ms: number, offset: number): string {
  const local = new Date(ms + offset * 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const absolute = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}${two(absolute % 60)}`;
  const day = DAY_NAMES[local.getUTCDay()] ?? '';
  const month = MONTH_NAMES[local.getUTCMonth()] ?? '';
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${day}, ${local.getUTCDate()} ${month} ${String(local.getUTCFullYear()).padStart(4, '0')} ${time} ${zone}`;
}
