import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../../access/scope.ts';
import {
  activateScript,
  deleteScript,
  putScript,
  renameScript,
  type Script,
  type ScriptChange,
  scriptsIn,
} from '../../../../sieve/scripts.ts';
import { accountIdOf } from '../../accounts.ts';
import type { Method, RequestState } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';
import {
  readScriptBlob,
  readScripts,
  refusalOf,
  scriptBlobId,
  scriptObject,
  scriptProperties,
  scriptState,
} from '../../sieve/script-object.ts';
import {
  notFound,
  readSet,
  requireState,
  resolveId,
  type SetArguments,
  SetOutcome,
} from '../../standard-set.ts';
import { guarded, type PresentState } from '../../state-guard.ts';

/** Name of a script whose maker gave none. */
function freeName(rows: readonly Script[]): string {
  const taken = new Set(rows.map(row => row.name));
  for (let number = rows.length + 1; ; number += 1)
    if (!taken.has(`script-${number}`)) return `script-${number}`;
}

async function require(
  request: RequestState,
  scope: Scope,
  change: ScriptChange,
  name?: string,
): Promise<void> {
  if (change.kind === 'done') return;
  if (change.kind !== 'exists') throw await refusalOf(request.ctx, scope, change);
  const { rows } = await readScripts(request.ctx, scope);
  const twin = rows.find(row => row.name === name);
  throw new SetError('alreadyExists', '', twin ? { existingId: printId('r', twin.id) } : {});
}

async function create(request: RequestState, scope: Scope, object: JsonObject): Promise<JsonObject> {
  const { ctx } = request;
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const given = args.string('name');
  const blobId = args.requiredId('blobId');
  args.end();
  const content = await readScriptBlob(ctx, scope, blobId);
  const name = given ?? freeName((await readScripts(ctx, scope)).rows);
  await require(request, scope, await putScript(ctx.scripts, scope, name, content, true), name);
  const made = (await readScripts(ctx, scope)).rows.find(row => row.name === name);
  if (!made) throw new SetError('serverFail');
  return {
    id: printId('r', made.id),
    ...(given === null ? { name } : {}),
    blobId: scriptBlobId(made.id, content),
    isActive: made.active,
  };
}

async function find(request: RequestState, scope: Scope, id: string): Promise<Script> {
  const { rows } = await readScripts(request.ctx, scope);
  const row = rows.find(one => one.id === parseId('r', id));
  if (!row) throw notFound();
  return row;
}

async function update(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
): Promise<JsonObject | null> {
  const { ctx } = request;
  const row = await find(request, scope, id);
  const patches = readPatches(object);
  const strange = patches.filter(({ path }) => path.length > 1 || !scriptProperties.has(path[0] ?? ''));
  if (strange.length > 0) throw invalidProperties(strange.map(({ path }) => path[0] ?? ''));
  const current = await scriptObject(ctx, scope, row);
  const wrong = changedServerSet(patches, current, new Set(['id', 'isActive']));
  if (wrong.length > 0) throw invalidProperties(wrong, 'set by the server');
  const changed = Object.fromEntries(patches.map(({ path, value }) => [path[0] ?? '', value]));
  const args = new Arguments(changed, (name, why) => invalidProperties([name], why));
  const name = args.string('name') ?? row.name;
  const blobId = args.id('blobId') ?? textOf(current, 'blobId');
  if (Object.hasOwn(changed, 'name') && changed['name'] === null) throw invalidProperties(['name']);
  const content = blobId === textOf(current, 'blobId') ? null : await readScriptBlob(ctx, scope, blobId);
  // The name first: whether it is free is known before anything is written.
  if (name !== row.name)
    await require(request, scope, await renameScript(ctx.scripts, scope, row.name, name), name);
  if (content === null) return null;
  const written = await putScript(ctx.scripts, scope, name, content);
  if (written.kind !== 'done' && name !== row.name) await renameScript(ctx.scripts, scope, name, row.name);
  await require(request, scope, written);
  return { blobId: scriptBlobId(row.id, content) };
}

async function destroy(request: RequestState, scope: Scope, id: string): Promise<void> {
  const row = await find(request, scope, id);
  await require(request, scope, await deleteScript(request.ctx.scripts, scope, row.name));
}

/** Makes scripts active or not once everything else has gone well; tells whose `isActive` changed. */
async function activate(
  request: RequestState,
  scope: Scope,
  wanted: string | null,
  deactivates: boolean,
): Promise<Map<string, boolean>> {
  const { ctx } = request;
  const before = (await readScripts(ctx, scope)).rows.find(row => row.active);
  const id = wanted === null ? null : resolveId(request, wanted);
  const row =
    id === null ? undefined : (await readScripts(ctx, scope)).rows.find(one => one.id === parseId('r', id));
  const changed = new Map<string, boolean>();
  // A script that is not there changes nothing (RFC 9661 §2.3).
  if (wanted !== null && !row) return changed;
  if (row ? row.id === before?.id : !deactivates || !before) return changed;
  await activateScript(ctx.scripts, scope, row?.name ?? null);
  if (before) changed.set(printId('r', before.id), false);
  if (row) changed.set(printId('r', row.id), true);
  return changed;
}

async function change(request: RequestState, scope: Scope, wanted: SetArguments): Promise<SetOutcome> {
  const outcome = new SetOutcome(request.ctx);
  for (const [key, object] of wanted.create) {
    await outcome.create(request, key, () => create(request, scope, object));
  }
  for (const [key, object] of wanted.update) {
    const id = resolveId(request, key) ?? key;
    await outcome.update(id, () => update(request, scope, id, object));
  }
  for (const key of wanted.destroy) {
    const id = resolveId(request, key) ?? key;
    await outcome.destroy(id, () => destroy(request, scope, id));
  }
  return outcome;
}

/** SieveScript/set (RFC 9661 §2.3). */
export const sieveScriptSet: Method = {
  name: 'SieveScript/set',
  capability: Capability.Sieve,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const wanted = readSet(request, args);
    const activates = args.string('onSuccessActivateScript');
    const deactivates = args.boolean('onSuccessDeactivateScript');
    args.end();
    if (activates === '') throw invalidArgument('onSuccessActivateScript', 'Id expected');
    const { state: oldState } = await readScripts(ctx, scope);
    requireState(wanted.ifInState, oldState);
    const present: PresentState = async reader => scriptState(await scriptsIn(reader));
    const { told, changed } = await guarded(request, scope, wanted.ifInState, present, async inState => {
      const outcome = (await change(inState, scope, wanted)).toJSON();
      const failed = ['notCreated', 'notUpdated', 'notDestroyed'].some(name => outcome[name] !== null);
      const active = failed ? new Map() : await activate(inState, scope, activates, deactivates);
      return { told: outcome, changed: active };
    });
    const { state: newState } = await readScripts(ctx, scope);
    return { response: { accountId: accountIdOf(scope), oldState, newState, ...withActive(told, changed) } };
  },
};

/** Puts `isActive` into what is told of the scripts that it changed for. */
function withActive(told: JsonObject, changed: ReadonlyMap<string, boolean>): JsonObject {
  if (changed.size === 0) return told;
  const left = new Map(changed);
  const created = Object.entries((told['created'] ?? {}) as Record<string, JsonObject>).map(
    ([key, object]) => {
      const isActive = left.get(textOf(object, 'id'));
      left.delete(textOf(object, 'id'));
      return [key, isActive === undefined ? object : { ...object, isActive }] as const;
    },
  );
  const updated = new Map(Object.entries((told['updated'] ?? {}) as Record<string, JsonObject | null>));
  for (const [id, isActive] of left) updated.set(id, { ...updated.get(id), isActive });
  return {
    ...told,
    created: created.length > 0 ? objectOf(created) : null,
    updated: updated.size > 0 ? objectOf([...updated]) : null,
  };
}
