import { isArray, isObject, type Json, type JsonObject, objectOf, own, sameJson } from './json.ts';
import { SetError } from './method-error.ts';
import { pointerTokens } from './result-reference.ts';

/** One line of a PatchObject: where, and the new value (null: back to the default). */
export interface Patch {
  readonly path: readonly string[];
  readonly value: Json;
}

/**
 * Reads a PatchObject (RFC 8620 §5.3). Throws `invalidPatch` for keys that are no JSON pointer and for two of which
 * one leads into the other.
 */
export function readPatches(object: JsonObject): Patch[] {
  const patches = Object.keys(object).map((key): Patch => {
    const path = pointerTokens(`/${key}`);
    if (path === null) throw new SetError('invalidPatch', `not a pointer: ${key.slice(0, 200)}`);
    return { path, value: own(object, key) ?? null };
  });
  refuseOverlaps(patches);
  return patches;
}

function refuseOverlaps(patches: readonly Patch[]): void {
  const paths = patches.map(patch => patch.path.map(token => `${token}\u0000`).join('')).toSorted();
  for (let at = 1; at < paths.length; at++) {
    if (paths[at]?.startsWith(paths[at - 1] ?? '')) {
      throw new SetError('invalidPatch', 'one patch leads into another');
    }
  }
}

/**
 * Applies patches to an object and returns the new one; `defaults` are what null resets a top-level property to (a
 * property without default is removed). Throws `invalidPatch` for pointers into arrays and through missing members.
 */
export function applyPatches(
  object: JsonObject,
  patches: readonly Patch[],
  defaults: JsonObject = {},
): JsonObject {
  let result = object;
  for (const { path, value } of patches) result = applyOne(result, path, 0, value, defaults);
  return result;
}

function applyOne(
  object: JsonObject,
  path: readonly string[],
  at: number,
  value: Json,
  defaults: JsonObject,
): JsonObject {
  const key = path[at] ?? '';
  const last = at === path.length - 1;
  if (last) {
    const fallback = at === 0 ? own(defaults, key) : undefined;
    const next = value === null ? fallback : value;
    const rest = Object.entries(object).filter(([name]) => name !== key);
    return objectOf(next === undefined ? rest : [...rest, [key, next] as const]);
  }
  const inner = own(object, key);
  if (isArray(inner)) throw new SetError('invalidPatch', `${key} is an array: replace it as a whole`);
  if (!isObject(inner)) throw new SetError('invalidPatch', `there is no object at ${key}`);
  const changed = applyOne(inner, path, at + 1, value, defaults);
  return objectOf([...Object.entries(object).filter(([name]) => name !== key), [key, changed] as const]);
}

/**
 * The server-set properties that a patch tries to change: those it names with another value than `current` has. Whole
 * objects may be sent back (RFC 8620 §5.3), so an equal value is no change.
 */
export function changedServerSet(
  patches: readonly Patch[],
  current: JsonObject,
  serverSet: ReadonlySet<string>,
): string[] {
  return patches
    .filter(({ path: [name = '', ...more], value }) => {
      return serverSet.has(name) && (more.length > 0 || !sameJson(own(current, name) ?? null, value));
    })
    .map(patch => patch.path[0] ?? '');
}
