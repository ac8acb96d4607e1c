import { parseDate } from '@hongyan/formats/jmap/date.ts';
import type { Json, JsonObject } from '@hongyan/formats/jmap/json.ts';
import { bool, type Check, line, nullable, text } from '../objects/shape.ts';

const utcDate: Check = (value: Json) => typeof value === 'string' && parseDate(value, true) !== null;

/** RFC 8621 §8. */
export const vacationShape: Readonly<Record<string, Check>> = {
  isEnabled: bool,
  fromDate: nullable(utcDate),
  toDate: nullable(utcDate),
  subject: nullable(line(500)),
  textBody: nullable(text(32 * 1024)),
  htmlBody: nullable(text(32 * 1024)),
};

export const vacationDefaults: JsonObject = {
  isEnabled: false,
  fromDate: null,
  toDate: null,
  subject: null,
  textBody: null,
  htmlBody: null,
};

/** A VacationResponse (SET-11). */
export interface Vacation {
  readonly isEnabled: boolean;
  readonly fromDate: string | null;
  readonly toDate: string | null;
  readonly subject: string | null;
  readonly textBody: string | null;
  readonly htmlBody: string | null;
}

export function vacationOf(value: JsonObject): Vacation {
  return { ...vacationDefaults, ...value } as unknown as Vacation;
}
