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
 * property without default is removed). Throws `invalidPatch` for pointers into arrays and through missing members. Takes time
 * linear in the size of object and patches.
 */
export function applyPatches(
  object: JsonObject,
  patches: readonly Patch[],
  defaults: JsonObject = {},
): JsonObject {
  const result = copyOf(object);
  // Objects that were copied already belong to the result and may be written to.
  const ours = new Set<JsonObject>([result]);
  for (const { path, value } of patches) {
    let at = result;
    for (const key of path.slice(0, -1)) at = innerOf(at, key, ours);
    const key = path.at(-1) ?? '';
    const next = value ?? (path.length === 1 ? own(defaults, key) : undefined);
    // What is set stands last, in the order of the patches.
    delete at[key];
    if (next !== undefined) put(at, key, next);
  }
  return result;
}

type Writable = Record<string, Json>;

function copyOf(object: JsonObject): Writable {
  return objectOf(Object.entries(object));
}

/** `__proto__` is a name like others. */
function put(object: Writable, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The object at a name, copied before it is written to for the first time. */
function innerOf(object: Writable, key: string, ours: Set<JsonObject>): Writable {
  const inner = own(object, key);
  if (isArray(inner)) throw new SetError('invalidPatch', `${key} is an array: replace it as a whole`);
  if (!isObject(inner)) throw new SetError('invalidPatch', `there is no object at ${key}`);
  if (ours.has(inner)) return inner;
  const copy = copyOf(inner);
  ours.add(copy);
  put(object, key, copy);
  return copy;
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
