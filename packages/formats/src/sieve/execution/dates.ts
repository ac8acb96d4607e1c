import { formatDate } from '../../message/date.ts';

const minute = 60_000;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `+hhmm` or `-hhmm` as minutes east of Greenwich; null when it is no zone. */
export function parseZone(text: string): number | null {
  const match = /^([+-])([0-9]{2})([0-5][0-9])$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

export function formatZone(minutes: number, colon: boolean): string {
  const size = Math.abs(minutes);
  const sign = minutes < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(size / 60))}${colon ? ':' : ''}${two(size % 60)}`;
}

export const dateParts: readonly string[] = [
  'year',
  'month',
  'day',
  'date',
  'julian',
  'hour',
  'minute',
  'second',
  'time',
  'iso8601',
  'std11',
  'zone',
  'weekday',
];

/** A part of a moment in a zone (RFC 5260 §4.2). `part` in lower case; null when it is none of `dateParts`. */
export function datePart(part: string, ms: number, zone: number): string | null {
  const at = new Date(ms + zone * minute);
  if (Number.isNaN(at.getTime())) return '';
  const year = String(at.getUTCFullYear()).padStart(4, '0');
  const date = `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  switch (part) {
    case 'year':
      return year;
    case 'month':
      return two(at.getUTCMonth() + 1);
    case 'day':
      return two(at.getUTCDate());
    case 'date':
      return date;
    case 'julian':
      // The Modified Julian Day counts from 17 November 1858; 1 January 1970 is its day 40587.
      return String(Math.floor(at.getTime() / 86_400_000) + 40_587);
    case 'hour':
      return two(at.getUTCHours());
    case 'minute':
      return two(at.getUTCMinutes());
    case 'second':
      return two(at.getUTCSeconds());
    case 'time':
      return time;
    case 'iso8601':
      return `${date}T${time}${formatZone(zone, true)}`;
    case 'std11':
      return formatDate(ms, zone);
    case 'zone':
      return formatZone(zone, false);
    case 'weekday':
      return String(at.getUTCDay());
    default:
      return null;
  }
}
