import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, own, sameJson } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../../access/scope.ts';
import { deleteMailbox } from '../../../../mailbox/delete.ts';
import {
  changeFolder,
  changeFolders,
  createFolder,
  type FolderChange,
} from '../../../../mailbox/emails/change-folder.ts';
import { type Folder, listFolders } from '../../../../mailbox/emails/folders.ts';
import { readStates } from '../../../../mailbox/emails/states.ts';
import type { WantedShares } from '../../../../mailbox/sharing/shares.ts';
import { subscribeFolder } from '../../../../mailbox/sharing/subscriptions.ts';
import type { MailboxRole } from '../../../../mailbox/types.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { accountIdOf, readingScope, requireWriting } from '../../accounts.ts';
import { mailboxObject, mailboxProperties, mailboxServerSet, shareProperty } from '../../mailbox-object.ts';
import type { Method, RequestState } from '../../method.ts';
import { readShares, sharing } from '../../share-with.ts';
import {
  notFound,
  readSet,
  requireState,
  resolveId,
  type SetArguments,
  SetOutcome,
} from '../../standard-set.ts';
import { guarded, type PresentState } from '../../state-guard.ts';
import { printState } from '../../states.ts';

const roles: ReadonlySet<string> = new Set([
  'inbox',
  'drafts',
  'sent',
  'junk',
  'trash',
  'archive',
  'important',
  'all',
  'flagged',
  'snoozed',
  'scheduled',
]);
const maxSortOrder = 2 ** 31 - 1;

/** Reads the properties that a client may set; throws `invalidProperties`. */
function readProperties(request: RequestState, object: JsonObject): FolderChange {
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const change: { -readonly [Key in keyof FolderChange]: FolderChange[Key] } = {};
  const has = (name: string): boolean => Object.hasOwn(object, name);
  if (has('name')) change.name = args.requiredString('name');
  if (has('parentId')) {
    const given = args.string('parentId');
    const id = given === null ? null : parseId('m', resolveId(request, given) ?? '');
    if (given !== null && id === null) throw invalidProperties(['parentId'], 'no such mailbox');
    change.parentId = id;
  }
  if (has('role')) {
    const role = args.string('role');
    if (role !== null && !roles.has(role)) throw invalidProperties(['role'], 'unknown');
    change.role = role as MailboxRole | null;
  }
  if (has('sortOrder')) {
    const order = args.unsigned('sortOrder') ?? 0;
    if (order > maxSortOrder) throw invalidProperties(['sortOrder'], 'too large');
    change.sortOrder = order;
  }
  if (has('isSubscribed')) change.subscribed = args.boolean('isSubscribed');
  args.end();
  return change;
}

/** Runs `work`; a sibling of the same name is told as `alreadyExists` with its id (RFC 8621 §2). */
async function namingTwin<T>(
  request: RequestState,
  scope: Scope,
  name: string,
  parentId: number | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMailError(error, 'mailbox.exists')) throw error;
    const { list } = await listFolders(request.ctx.mailboxes, request.ctx.indexes, scope);
    const twin = list.find(item => item.parentId === parentId && item.path.at(-1) === name.normalize('NFC'));
    if (!twin) throw invalidProperties(['name'], error.code);
    throw new SetError('alreadyExists', '', { existingId: printId('m', twin.id) });
  }
}

/** Throws `invalidProperties` for a parent that is not there (RFC 8621 §2). */
async function requireParent(request: RequestState, scope: Scope, parentId: number | null): Promise<void> {
  if (parentId === null) return;
  const { list } = await listFolders(request.ctx.mailboxes, request.ctx.indexes, scope);
  if (!list.some(({ id }) => id === parentId)) throw invalidProperties(['parentId'], 'no such mailbox');
}

async function create(request: RequestState, scope: Scope, given: JsonObject): Promise<JsonObject> {
  const { ctx } = request;
  const { [shareProperty]: share, ...rest } = given;
  const mayShare = request.using.has(Capability.Sharing);
  const object = mayShare ? rest : given;
  const wanted =
    mayShare && share !== undefined ? readShares([{ path: [shareProperty], value: share }]) : null;
  const folder = readProperties(request, object);
  if (folder.name === undefined) throw invalidProperties(['name'], 'missing');
  const { name, parentId = null } = folder;
  const id = await namingTwin(request, scope, name, parentId, async () => {
    await requireParent(request, scope, parentId);
    return sharing(ctx, scope, parentId, wanted, shares =>
      createFolder(ctx.mailboxes, scope, {
        name,
        parentId,
        role: folder.role ?? null,
        sortOrder: folder.sortOrder ?? 0,
        subscribed: folder.subscribed ?? true,
        shares,
      }),
    );
  });
  const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
  const made = list.find(item => item.id === id);
  if (!made) throw new SetError('serverFail');
  const shown = mailboxObject(made);
  // What the client did not say itself, or said otherwise.
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) => name === 'id' || !sameJson(own(object, name), value)),
  );
}

/** Creations whose parent is made in the same call wait for it, whatever order they come in. */
function inOrder(entries: readonly (readonly [string, JsonObject])[]): (readonly [string, JsonObject])[] {
  const waiting = new Map(entries);
  const ordered: (readonly [string, JsonObject])[] = [];
  const visit = (key: string, object: JsonObject): void => {
    waiting.delete(key);
    const parent = object['parentId'];
    const above = typeof parent === 'string' && parent.startsWith('#') ? parent.slice(1) : null;
    const parentObject = above === null ? undefined : waiting.get(above);
    if (above !== null && parentObject) visit(above, parentObject);
    ordered.push([key, object]);
  };
  for (const [key, object] of entries) if (waiting.has(key)) visit(key, object);
  return ordered;
}

interface WantedUpdate {
  readonly folder: Folder;
  readonly change: FolderChange;
  readonly shares: WantedShares | null;
}

async function readUpdate(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
): Promise<WantedUpdate> {
  const { ctx } = request;
  const number = parseId('m', id);
  const all = readPatches(object);
  const shares = request.using.has(Capability.Sharing) ? readShares(all) : null;
  const patches = shares ? all.filter(({ path }) => path[0] !== shareProperty) : all;
  const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
  const folder = list.find(item => item.id === number);
  if (!folder || number === null) throw notFound();
  const shown = request.using.has(Capability.Sharing) ? { sharedWith: new Map() } : null;
  const wrong = changedServerSet(patches, mailboxObject(folder, shown), mailboxServerSet);
  if (wrong.length > 0) throw invalidProperties(wrong, 'set by the server');
  const strange = patches.filter(({ path }) => path.length !== 1 || !mailboxProperties.has(path[0] ?? ''));
  if (strange.length > 0) throw new SetError('invalidPatch', 'no such property');
  const settable = patches.filter(({ path }) => !mailboxServerSet.has(path[0] ?? ''));
  const given = Object.fromEntries(settable.map(({ path, value }) => [path[0] ?? '', value]));
  const change = readProperties(request, given);
  await requireParent(request, scope, change.parentId ?? null);
  return { folder, change, shares };
}

/** What the server made of a name: its composed form. */
function changedName({ name }: FolderChange): JsonObject | null {
  const normal = name?.normalize('NFC');
  return normal === undefined || normal === name ? null : { name: normal };
}

async function update(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
): Promise<JsonObject | null> {
  const { ctx } = request;
  const { folder, change, shares: wanted } = await readUpdate(request, scope, id, object);
  const { name = folder.path.at(-1) ?? '', parentId = folder.parentId } = change;
  const { subscribed, ...others } = change;
  if (subscribed !== undefined && Object.keys(others).length === 0 && !wanted) {
    // Everybody's own, also where nothing else may be changed.
    await subscribeFolder(ctx.mailboxes, scope, folder.id, subscribed);
    return null;
  }
  await namingTwin(request, scope, name, parentId, () =>
    sharing(ctx, scope, folder.id, wanted, shares =>
      changeFolder(ctx.mailboxes, scope, folder.id, { ...change, ...(shares && { shares }) }),
    ),
  );
  return changedName(change);
}

async function destroy(request: RequestState, scope: Scope, id: string, withEmails: boolean): Promise<void> {
  const { ctx } = request;
  const number = parseId('m', id);
  const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
  const folder = list.find(item => item.id === number);
  if (!folder) throw notFound();
  if (list.some(item => item.parentId === folder.id)) throw new SetError('mailboxHasChild');
  if (!withEmails && folder.totalEmails > 0) throw new SetError('mailboxHasEmail');
  await deleteMailbox(ctx.mailboxes, scope, folder.id);
}

type Entries = readonly (readonly [string, JsonObject])[];

/** Whether what failed may succeed once the rest of the call is done: somebody has the name, the role or the place. */
function mayPass(error: unknown): boolean {
  if (error instanceof SetError) {
    const parent = error.type === 'invalidProperties' && error.extra['properties'];
    return error.type === 'alreadyExists' || (Array.isArray(parent) && parent.includes('parentId'));
  }
  const below = isMailError(error, 'mailbox.name_invalid') && error.fields['reason'] === 'below itself';
  return below || isMailError(error, 'conflict.exists');
}

/** Those of `entries` that have to be tried again. */
async function unsettled(
  entries: Entries,
  work: (entry: Entries[number]) => Promise<boolean>,
): Promise<Entries> {
  const left: (readonly [string, JsonObject])[] = [];
  for (const entry of entries) if (!(await work(entry))) left.push(entry);
  return left;
}

/** Changes at one go what could not be changed one after the other; false when it cannot be. */
async function changeTogether(request: RequestState, scope: Scope, entries: Entries): Promise<boolean> {
  if (entries.length < 2 || scope.folders === 'shared') return false;
  const { ctx } = request;
  const changes = new Map<number, FolderChange>();
  const changeAll = ([next, ...rest]: readonly WantedUpdate[]): Promise<void> => {
    if (!next) return changeFolders(ctx.mailboxes, scope, changes);
    return sharing(ctx, scope, next.folder.id, next.shares, shares => {
      changes.set(next.folder.id, { ...next.change, ...(shares && { shares }) });
      return changeAll(rest);
    });
  };
  try {
    const wanted: WantedUpdate[] = [];
    for (const [id, object] of entries) {
      wanted.push(await readUpdate(request, scope, resolveId(request, id) ?? '', object));
    }
    await changeAll(wanted);
    return true;
  } catch (error) {
    if (error instanceof SetError || (isMailError(error) && !error.code.startsWith('store.'))) return false;
    throw error;
  }
}

/** Rounds after which what stands in its own way is given up. */
const maxRounds = 8;

/**
 * Creates, updates and destroys one after the other. What is only in the way of itself is tried again, then changed together:
 * the end of the call has to be valid, not each step (RFC 8620 §5.3).
 */
async function carryOut(
  request: RequestState,
  scope: Scope,
  wanted: SetArguments,
  withEmails: boolean,
): Promise<SetOutcome> {
  const done = new SetOutcome(request.ctx);
  const alone = wanted.create.length + wanted.update.length + wanted.destroy.length === 1;
  const make = (mayWait: boolean) => (entry: Entries[number]) =>
    done.create(request, entry[0], () => create(request, scope, entry[1]), mayWait ? mayPass : undefined);
  const change =
    (mayWait: boolean) =>
    ([id, object]: Entries[number]) => {
      const work = (): Promise<JsonObject | null> =>
        update(request, scope, resolveId(request, id) ?? '', object);
      return done.update(id, work, mayWait ? mayPass : undefined);
    };
  let creates: Entries = inOrder(wanted.create);
  let updates: Entries = wanted.update;
  for (let round = 0; round < maxRounds; round += 1) {
    const before = creates.length + updates.length;
    creates = await unsettled(creates, make(!alone));
    updates = await unsettled(updates, change(!alone));
    if (round === 0) {
      for (const id of wanted.destroy) {
        await done.destroy(id, () => destroy(request, scope, resolveId(request, id) ?? '', withEmails));
      }
    }
    const left = creates.length + updates.length;
    if (left === 0 || (round > 0 && left === before)) break;
    updates = updates.toReversed();
  }
  if (await changeTogether(request, scope, updates)) {
    for (const [id, { name }] of updates) {
      await done.update(id, async () => changedName(typeof name === 'string' ? { name } : {}));
    }
    updates = [];
  }
  await unsettled(creates, make(false));
  await unsettled(updates, change(false));
  return done;
}

/** Whether nothing is asked for but what is everybody's own (RFC 8621 §2 `isSubscribed`): that goes where an account is read-only, too. */
function onlySubscribes({ create, update, destroy }: SetArguments): boolean {
  const own = update.every(([, patch]) => sameJson(Object.keys(patch), ['isSubscribed']));
  return update.length > 0 && own && create.length + destroy.length === 0;
}

/** Mailbox/set (RFC 8621 §2.5). */
export const mailboxSet: Method = {
  name: 'Mailbox/set',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readSet(request, args);
    if (!onlySubscribes(wanted)) requireWriting(request, scope);
    const withEmails = args.boolean('onDestroyRemoveEmails');
    args.end();
    const before = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const oldState = printState(before.state);
    requireState(wanted.ifInState, oldState);
    // Children before their parents, whatever order they come in.
    const depth = new Map(before.list.map(item => [printId('m', item.id), item.path.length]));
    const doomed = wanted.destroy.toSorted((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0));
    const present: PresentState = async reader => printState((await readStates(reader, scope)).mailbox);
    const outcome = await guarded(request, scope, wanted.ifInState, present, inState =>
      carryOut(inState, scope, { ...wanted, destroy: doomed }, withEmails),
    );
    const { state } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    return {
      response: {
        accountId: accountIdOf(scope),
        oldState,
        newState: printState(state),
        ...outcome.toJSON(),
      },
    };
  },
};
