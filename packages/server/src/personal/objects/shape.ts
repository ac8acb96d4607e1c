import { isArray, isObject, type Json, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';

/** Whether a value is of some form. */
export type Check = (value: Json) => boolean;

/** A string of `min` to `max` UTF-16 units without lone surrogates. */
export function text(max: number, min: number = 0): Check {
  return value =>
    typeof value === 'string' && value.length >= min && value.length <= max && value.isWellFormed();
}

/** As `text`, on one line and without control characters. */
export function line(max: number, min: number = 0): Check {
  const fits = text(max, min);
  return value => fits(value) && typeof value === 'string' && !/[\p{Cc}\u2028\u2029]/u.test(value);
}

export const bool: Check = value => typeof value === 'boolean';

export function int(min: number, max: number): Check {
  return value => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

export function oneOf(...values: readonly string[]): Check {
  return value => typeof value === 'string' && values.includes(value);
}

export function nullable(check: Check): Check {
  return value => value === null || check(value);
}

export function list(check: Check, max: number): Check {
  return value => isArray(value) && value.length <= max && value.every(check);
}

/** An object of exactly these members; those in `optional` may be missing. */
export function record(members: Readonly<Record<string, Check>>, optional: readonly string[] = []): Check {
  return value =>
    isObject(value) &&
    Object.keys(value).every(key => Object.hasOwn(members, key)) &&
    Object.entries(members).every(([key, check]) => {
      const member = own(value, key);
      return member === undefined ? optional.includes(key) : check(member);
    });
}

/** Longest address (RFC 5321 §4.5.3.1). */
const maxAddress = 254;

/** An address as RFC 5321 has it, told roughly: who sends to it finds out the rest. */
export const address: Check = value => {
  if (typeof value !== 'string' || value.length > maxAddress || !value.isWellFormed()) return false;
  const at = value.lastIndexOf('@');
  return at > 0 && isDomain(value.slice(at + 1)) && !/[\s\p{Cc}<>()[\]\\,;:"]/u.test(value.slice(0, at));
};

/** A domain name of at least two labels, ASCII or not. */
export function isDomain(value: string): boolean {
  if (value.length > 253) return false;
  const labels = value.split('.');
  return (
    labels.length > 1 &&
    labels.every(one => /^[\p{L}\p{N}\p{M}-]{1,63}$/u.test(one) && !one.startsWith('-') && !one.endsWith('-'))
  );
}

/** The properties of an object that have a wrong value, or that neither `shape` nor `others` knows. */
export function wrongProperties(
  object: JsonObject,
  shape: Readonly<Record<string, Check>>,
  others: (name: string) => boolean = () => false,
): string[] {
  return Object.keys(object).filter(name => {
    const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return check === undefined ? !others(name) : !check(own(object, name) ?? null);
  });
}
