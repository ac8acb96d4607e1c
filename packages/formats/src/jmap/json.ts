import { grammarLimits } from './limits.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Read it with `Object.hasOwn`: keys come from outside and may be `__proto__`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

export type ParsedJson =
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'invalid'; readonly detail: string };

/** Whether `value` is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `isObject` for arrays that are read only. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Own property of an object, undefined when it has none: never an inherited one. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Own property of an object if it is a string, else the empty string. */
export function textOf(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

/** An object from entries whose keys come from outside; `__proto__` becomes an ordinary key. */
export function objectOf<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  return Object.fromEntries(entries);
}

/**
 * Reads I-JSON (RFC 7493): UTF-8 without lone surrogates, numbers that a double can hold, no name twice in an object. Depth and the number of values
 * are bounded by `grammarLimits`; the time is linear.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { kind: 'invalid', detail: 'not UTF-8' };
  }
  const shape = measure(bytes);
  if (shape.depth > grammarLimits.depth) return { kind: 'invalid', detail: 'nested too deeply' };
  if (shape.values > grammarLimits.values) return { kind: 'invalid', detail: 'too many values' };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { kind: 'invalid', detail: 'not JSON' };
  }
  const found = walk(value);
  if (found.problem !== null) return { kind: 'invalid', detail: found.problem };
  if (found.keys !== shape.names) return { kind: 'invalid', detail: 'a name stands twice in an object' };
  return { kind: 'json', value };
}

interface Shape {
  readonly depth: number;
  /** Commas and openings: an upper bound of the values. */
  readonly values: number;
  /** Colons outside strings: the names, if the text is JSON. */
  readonly names: number;
}

/** One pass over the octets, before anything is built. Right for texts that are JSON, harmless for others. */
function measure(bytes: Uint8Array): Shape {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let names = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case 0x22:
        at = endOfString(bytes, at + 1);
        break;
      case 0x5b:
      case 0x7b:
        depth++;
        values++;
        if (depth > deepest) deepest = depth;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x2c:
        values++;
        break;
      case 0x3a:
        names++;
        break;
      default:
    }
  }
  return { depth: deepest, values: values + names, names };
}

/** Index of the quote that ends the string whose content starts at `from`. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}

interface Found {
  /** First thing that I-JSON does not allow. */
  readonly problem: string | null;
  readonly keys: number;
}

function walk(root: Json): Found {
  let keys = 0;
  const open: Json[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') {
      if (!value.isWellFormed()) return { problem: 'a string has a lone surrogate', keys };
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) return { problem: 'a number is too large', keys };
    } else if (isArray(value)) {
      for (const item of value) if (item !== null && typeof item !== 'boolean') open.push(item);
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        keys++;
        if (!key.isWellFormed()) return { problem: 'a name has a lone surrogate', keys };
        const item = value[key];
        if (item !== undefined && item !== null && typeof item !== 'boolean') open.push(item);
      }
    }
  }
  return { problem: null, keys };
}

/** Whether two JSON values are equal; the order of names does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && sameJson(own(a, key), own(b, key)))
    );
  }
  return false;
}
