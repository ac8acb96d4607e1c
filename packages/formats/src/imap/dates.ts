import type { Scanner } from './scanner.ts';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DASH = 0x2d;
const COLON = 0x3a;
const DQUOTE = 0x22;

/** A calendar day without time zone: `at` is its midnight in UTC, ms since the epoch. */
export interface CalendarDay {
  readonly at: number;
}

function digits(scanner: Scanner, least: number, most: number): number {
  let value = 0;
  let count = 0;
  while (count < most) {
    const octet = scanner.peek();
    if (octet < 0x30 || octet > 0x39) break;
    value = value * 10 + octet - 0x30;
    scanner.position++;
    count++;
  }
  if (count < least) scanner.fail('Invalid date');
  return value;
}

function monthYear(scanner: Scanner, day: number): number {
  scanner.expect(DASH);
  const name = scanner.bytes.toString('latin1', scanner.position, scanner.position + 3).toUpperCase();
  const month = months.indexOf(name);
  if (month < 0) scanner.fail('Invalid month');
  scanner.position += 3;
  scanner.expect(DASH);
  const year = digits(scanner, 4, 4);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) scanner.fail('No such day');
  return date.getTime();
}

/** `date` of SEARCH: `1-Feb-2026`, quoted or not. */
export function parseDate(scanner: Scanner): CalendarDay {
  const quoted = scanner.take(DQUOTE);
  const at = monthYear(scanner, digits(scanner, 1, 2));
  if (quoted) scanner.expect(DQUOTE);
  return { at };
}

/** `date-time` of APPEND, quoted: ms since the epoch. */
export function parseDateTime(scanner: Scanner): number {
  scanner.expect(DQUOTE);
  const day = scanner.takeSpace() ? digits(scanner, 1, 1) : digits(scanner, 1, 2);
  const midnight = monthYear(scanner, day);
  scanner.space();
  const hour = digits(scanner, 2, 2);
  scanner.expect(COLON);
  const minute = digits(scanner, 2, 2);
  scanner.expect(COLON);
  const second = digits(scanner, 2, 2);
  if (hour > 23 || minute > 59 || second > 60) scanner.fail('Invalid time');
  scanner.space();
  const east = scanner.take(0x2b);
  if (!east && !scanner.take(DASH)) scanner.fail('Invalid zone');
  const zoneHours = digits(scanner, 2, 2);
  const zoneMinutes = digits(scanner, 2, 2);
  if (zoneMinutes > 59) scanner.fail('Invalid zone');
  scanner.expect(DQUOTE);
  const offset = (zoneHours * 60 + zoneMinutes) * 60_000;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + (east ? -offset : offset);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** `date-time` with its quotes, in UTC: `"01-Feb-2026 09:05:00 +0000"`. `at` is ms since the epoch. */
export function formatDateTime(at: number): string {
  const date = new Date(Math.min(Math.max(at, -62_167_219_200_000), 253_402_300_799_000));
  const day = `${two(date.getUTCDate())}-${monthNames[date.getUTCMonth()]}-${String(date.getUTCFullYear()).padStart(4, '0')}`;
  return `"${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000"`;
}
