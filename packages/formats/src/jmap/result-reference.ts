import { isArray, isObject, type Json, type JsonObject, objectOf, own } from './json.ts';
import { grammarLimits } from './limits.ts';
import { MethodError } from './method-error.ts';

/** A response that later calls of the same request may refer to. */
export interface EarlierResponse {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly callId: string;
}

/**
 * Replaces the `#name` arguments by what they refer to (RFC 8620 §3.7). Throws `invalidArguments` when a name comes in
 * both forms, `invalidResultReference` when a reference does not resolve or brings more than `referenceValues`.
 */
export function resolveReferences(args: JsonObject, earlier: readonly EarlierResponse[]): JsonObject {
  const keys = Object.keys(args);
  if (!keys.some(key => key.startsWith('#'))) return args;
  return objectOf(
    keys.map((key): [string, Json] => {
      if (!key.startsWith('#')) return [key, args[key] ?? null];
      const name = key.slice(1);
      if (Object.hasOwn(args, name)) {
        throw new MethodError('invalidArguments', `${name} is given in normal and in referenced form`);
      }
      return [name, resolve(args[key] ?? null, earlier)];
    }),
  );
}

function resolve(reference: Json, earlier: readonly EarlierResponse[]): Json {
  if (!isObject(reference)) throw failure('a ResultReference is an object');
  const resultOf = own(reference, 'resultOf');
  const name = own(reference, 'name');
  const path = own(reference, 'path');
  if (typeof resultOf !== 'string' || typeof name !== 'string' || typeof path !== 'string') {
    throw failure('a ResultReference has resultOf, name and path');
  }
  const response = earlier.find(item => item.callId === resultOf);
  if (!response) throw failure('no earlier call has this id');
  if (response.name !== name) throw failure(`the first response to that call is ${response.name}`);
  return evaluatePointer(response.arguments, path);
}

/**
 * Evaluates a JSON pointer (RFC 6901) with `*` for every item of an array (RFC 8620 §3.7). Throws
 * `invalidResultReference`.
 */
export function evaluatePointer(root: Json, pointer: string): Json {
  const tokens = pointerTokens(pointer);
  if (tokens === null) throw failure('path is not a JSON pointer');
  if (tokens.length > grammarLimits.pointerTokens) throw failure('path is too long');
  return follow(root, tokens, 0, { left: grammarLimits.referenceValues });
}

/** The tokens of a JSON pointer, unescaped; null if it is none. */
export function pointerTokens(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return null;
  const tokens = pointer.slice(1).split('/');
  for (const token of tokens) if (/~(?![01])/.test(token)) return null;
  return tokens.map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function follow(value: Json, tokens: readonly string[], from: number, budget: { left: number }): Json {
  let current = value;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (isArray(current)) {
      if (token === '*') return mapItems(current, tokens, at + 1, budget);
      if (!/^(0|[1-9][0-9]{0,9})$/.test(token)) throw failure('not an index');
      const item: Json | undefined = current[Number(token)];
      if (item === undefined) throw failure('no such item');
      current = item;
    } else if (isObject(current)) {
      const next: Json | undefined = own(current, token);
      if (next === undefined) throw failure('no such member');
      current = next;
    } else throw failure('the path leads into a simple value');
  }
  return current;
}

function mapItems(
  items: readonly Json[],
  tokens: readonly string[],
  from: number,
  budget: { left: number },
): Json {
  const found: Json[] = [];
  for (const item of items) {
    const value = follow(item, tokens, from, budget);
    const list = isArray(value) ? value : [value];
    budget.left -= list.length;
    if (budget.left < 0) throw failure('the reference brings too many values');
    for (const one of list) found.push(one);
  }
  return found;
}

function failure(why: string): MethodError {
  return new MethodError('invalidResultReference', why);
}
