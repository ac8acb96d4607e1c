import type { Language } from './language.ts';

const day = 24 * 60 * 60 * 1000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Making a formatter costs a hundred times what using it does. There are as many as there are forms of dates. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions, date: Date): string {
  const key = `${language}${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options);
    formatters.set(key, formatter);
  }
  return formatter.format(date);
}

const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `15:12`. */
export function clockTime(date: Date, language: Language): string {
  return format(language, time, date);
}

function isoDay(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Short form of lists: today 15:12; six days back 周二 18:05; this year 3月13日; older 2025-11-02. */
export function listTime(date: Date, now: Date, language: Language): string {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / day);
  if (days === 0) return clockTime(date, language);
  if (days > 0 && days < 7)
    return `${format(language, { weekday: 'short' }, date)} ${clockTime(date, language)}`;
  if (date.getFullYear() === now.getFullYear())
    return format(language, { month: language === 'zh' ? 'long' : 'short', day: 'numeric' }, date);
  return isoDay(date);
}

/** Long form of the reader: today 15:12, or 3月13日 周五 15:12, or 2025-11-02 15:12. */
export function readerTime(date: Date, now: Date, language: Language, today: string): string {
  const clock = clockTime(date, language);
  if (startOfDay(date) === startOfDay(now)) return `${today} ${clock}`;
  if (date.getFullYear() !== now.getFullYear()) return `${isoDay(date)} ${clock}`;
  const dayText = format(language, { month: language === 'zh' ? 'long' : 'short', day: 'numeric' }, date);
  return `${dayText} ${format(language, { weekday: 'short' }, date)} ${clock}`;
}

/** Heading above the mails of a day. */
export function dayHeading(
  date: Date,
  now: Date,
  language: Language,
  words: { today: string; yesterday: string },
): string {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / day);
  const dayText = format(language, { month: language === 'zh' ? 'long' : 'short', day: 'numeric' }, date);
  const weekday = format(language, { weekday: 'short' }, date);
  if (days === 0)
    return language === 'zh'
      ? `${words.today}，${dayText} ${weekday}`
      : `${words.today}, ${weekday} ${dayText}`;
  if (days === 1) return words.yesterday;
  if (days > 1 && days < 7) return language === 'zh' ? `${dayText} ${weekday}` : `${weekday} ${dayText}`;
  if (date.getFullYear() === now.getFullYear()) return format(language, { month: 'long' }, date);
  return language === 'zh'
    ? `${date.getFullYear()}年${date.getMonth() + 1}月`
    : format(language, { month: 'long', year: 'numeric' }, date);
}

/** Offset in minutes at the end of an ISO 8601 date, or null. */
function offsetOf(text: string): number | null {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(text);
  if (!match) return text.endsWith('Z') ? 0 : null;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** The sender's wall clock (REA-04) when it differs from ours: its time and how many hours they are ahead. */
export function senderTime(
  sentAt: string | null,
  language: Language,
): { clock: string; hoursAhead: number } | null {
  if (!sentAt) return null;
  const offset = offsetOf(sentAt);
  const date = new Date(sentAt);
  // Offset zero is what servers write for "unknown" as often as for London: claim nothing.
  if (offset === null || offset === 0 || Number.isNaN(date.getTime())) return null;
  const ahead = offset + date.getTimezoneOffset();
  if (ahead === 0) return null;
  const clock = format(language, { ...time, timeZone: 'UTC' }, new Date(date.getTime() + offset * 60_000));
  return { clock, hoursAhead: ahead / 60 };
}
