const millisecond = 1000;

/**
 * Reads a Date of RFC 8620 §1.4 (RFC 3339 with upper-case letters, no fraction that is zero): ms since the epoch, null
 * when it is none. `utc` asks for the form that ends in `Z` (UTCDate).
 */
export function parseDate(text: string, utc: boolean): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(
    text.length > 40 ? '' : text,
  );
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  if (utc && sign !== undefined) return null;
  if (fraction !== undefined && /^0+$/.test(fraction)) return null;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 60) return null;
  const oh = Number(offsetHour ?? 0);
  const om = Number(offsetMinute ?? 0);
  if (oh > 23 || om > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, Math.min(s, 59), Math.floor(Number(`0.${fraction ?? '0'}`) * millisecond));
  const offset = (oh * 60 + om) * 60_000;
  return date.getTime() - (sign === '-' ? -offset : offset);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** UTCDate of a time in ms since the epoch: whole seconds, `2026-01-31T08:00:00Z`. */
export function printUtcDate(ms: number): string {
  const bounded = Math.min(Math.max(ms, -62_135_596_800_000), 253_402_300_799_000);
  return `${new Date(bounded).toISOString().slice(0, 19)}Z`;
}

/** Date with the offset that the author wrote, in minutes east of Greenwich. */
export function printDate(ms: number, offsetMinutes: number): string {
  if (offsetMinutes === 0) return printUtcDate(ms);
  const local = printUtcDate(ms + offsetMinutes * 60_000).slice(0, 19);
  const magnitude = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(magnitude / 60) % 24)}:${two(magnitude % 60)}`;
}
