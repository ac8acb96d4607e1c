import { createHash } from 'node:crypto';
import { htmlToText } from '@hongyan/formats/message/text/html-text.ts';
import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import type { Vacation } from '../types/vacation.ts';
import { quoted } from './sieve-text.ts';

/** Days until a sender gets another answer (SET-11). */
export const vacationDays = 7;

/** Whether the answer is given at a moment (RFC 8621 §8). */
export function isAnswering({ isEnabled, fromDate, toDate }: Vacation, now: number): boolean {
  return (
    isEnabled &&
    (fromDate === null || now >= Date.parse(fromDate)) &&
    (toDate === null || now < Date.parse(toDate))
  );
}

function part(type: string, text: string): string {
  const lines = Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;
}

/** Text and HTML as one MIME entity. */
function alternative(text: string, html: string): string {
  const boundary = `=_${createHash('sha256').update(text).update('\0').update(html).digest('hex').slice(0, 32)}`;
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n`,
    `--${boundary}\r\n${part('text/plain', text)}`,
    `--${boundary}\r\n${part('text/html', html)}`,
    `--${boundary}--\r\n`,
  ].join('');
}

/** The answer as a Sieve command (RFC 5230). */
export function compileVacation(
  vacation: Vacation,
  addresses: readonly string[],
  language: Language,
): string {
  const { subject, textBody, htmlBody } = vacation;
  const given = subject === null || subject === '' ? '' : ` :subject ${quoted(subject)}`;
  const own = addresses.length === 0 ? '' : ` :addresses [${addresses.map(quoted).join(', ')}]`;
  const start = `vacation :days ${vacationDays}${given}${own}`;
  const html = htmlBody === null || htmlBody.trim() === '' ? null : htmlBody;
  const plain =
    textBody ?? (html === null ? createPhrases(language).say('vacation.standard') : htmlToText(html));
  if (html === null) return `${start} ${quoted(plain)};`;
  return `${start} :mime ${quoted(alternative(plain, html))};`;
}
