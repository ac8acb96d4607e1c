import { isObject, type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { applyPatches, changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  type PersonalRow,
  type PersonalType,
  personalRow,
  putPersonal,
} from '../../store/accounts/personal/object-rows.ts';
import { type Check, wrongProperties } from './shape.ts';

/** Id of objects that there is one of (RFC 8620 §5.1 speaks of singletons). */
export const singletonId = 'singleton';

const only = 1;

/** What a member set, over the defaults. Settings that were dropped since are left out. */
export async function readSingleton(
  reader: Parameters<typeof personalRow>[0],
  type: PersonalType,
  defaults: JsonObject,
): Promise<JsonObject> {
  const row: PersonalRow | null = await personalRow(reader, type, only);
  if (row === null) return defaults;
  const stored = JSON.parse(row.value) as JsonObject;
  return { ...defaults, ...Object.fromEntries(Object.entries(stored).filter(([name]) => name in defaults)) };
}

/** The object after a PatchObject. Throws a `SetError`. */
export function patchedSingleton(
  current: JsonObject,
  patch: JsonObject,
  defaults: JsonObject,
  shape: Readonly<Record<string, Check>>,
  serverSet: ReadonlySet<string>,
): JsonObject {
  const patches = readPatches(patch);
  const wrong = changedServerSet(patches, { ...current, id: singletonId }, serverSet);
  if (wrong.length > 0) throw invalidProperties([...new Set(wrong)], 'cannot be changed');
  const settable = patches.filter(({ path }) => !serverSet.has(path[0] ?? ''));
  // A null inside an object is a value here: only whole properties have defaults.
  const next = withNestedNulls(current, settable, defaults);
  const given = Object.fromEntries(Object.entries(next).filter(([name]) => !serverSet.has(name)));
  const bad = wrongProperties(given, shape);
  if (bad.length > 0) throw invalidProperties(bad);
  return given;
}

function withNestedNulls(
  current: JsonObject,
  patches: ReturnType<typeof readPatches>,
  defaults: JsonObject,
): JsonObject {
  let result = current;
  for (const patch of patches) {
    const [name = '', member, ...more] = patch.path;
    if (member === undefined || patch.value !== null) {
      result = applyPatches(result, [patch], defaults);
      continue;
    }
    const whole = own(result, name);
    if (more.length > 0 || !isObject(whole) || !Object.hasOwn(whole, member)) {
      throw new SetError('invalidPatch', `there is nothing at ${patch.path.join('/').slice(0, 100)}`);
    }
    result = { ...result, [name]: { ...whole, [member]: null } };
  }
  return result;
}

export async function writeSingleton(
  tx: AccountTransaction,
  type: PersonalType,
  value: JsonObject,
): Promise<void> {
  await putPersonal(tx, type, only, JSON.stringify(value));
}
