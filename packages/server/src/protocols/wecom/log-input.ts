import { WecomError } from './errors.ts';
import type { Input } from './input.ts';

/** Most rows of an answer. */
export const mostRows = 10_000;
/** Most days of one question: three months (part 2 of the catalogue). */
const mostDays = 93;
const dayMs = 86_400_000;

/** A day as `yyyy-mm-dd` in China's time, from which the original counts. */
function dayOf(input: Input, name: string): number {
  const text = input.text(name);
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN;
  if (Number.isNaN(ms)) throw new WecomError('badParameter', `invalid ${name}`);
  return ms;
}

/** `begin_date` to `end_date`, both whole, as ms; `to` exclusive. Throws 40035 for a wrong order or more than three months. */
export function daysOf(input: Input): { readonly from: number; readonly to: number } {
  const from = dayOf(input, 'begin_date');
  const to = dayOf(input, 'end_date') + dayMs;
  if (to <= from || to - from > mostDays * dayMs)
    throw new WecomError('badParameter', 'invalid range of dates');
  return { from, to };
}
