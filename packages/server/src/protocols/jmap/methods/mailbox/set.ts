import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../../access/scope.ts';
import { deleteMailbox } from '../../../../mailbox/delete.ts';
import { changeFolder, createFolder, type FolderChange } from '../../../../mailbox/emails/change-folder.ts';
import { listFolders } from '../../../../mailbox/emails/folders.ts';
import { readStates } from '../../../../mailbox/emails/states.ts';
import type { MailboxRole } from '../../../../mailbox/types.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import { mailboxObject, mailboxProperties, mailboxServerSet, shareProperty } from '../../mailbox-object.ts';
import type { Method, RequestState } from '../../method.ts';
import { applyShares, readShares } from '../../share-with.ts';
import { notFound, readSet, requireState, resolveId, SetOutcome } from '../../standard-set.ts';
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

async function create(request: RequestState, scope: Scope, given: JsonObject): Promise<JsonObject> {
  const { ctx } = request;
  const { [shareProperty]: share, ...rest } = given;
  const sharing = request.using.has(Capability.Sharing);
  const object = sharing ? rest : given;
  const shares =
    sharing && share !== undefined ? readShares([{ path: [shareProperty], value: share }]) : null;
  const folder = readProperties(request, object);
  if (folder.name === undefined) throw invalidProperties(['name'], 'missing');
  const { name, parentId = null } = folder;
  const id = await namingTwin(request, scope, name, parentId, () =>
    createFolder(ctx.mailboxes, scope, {
      name,
      parentId,
      role: folder.role ?? null,
      sortOrder: folder.sortOrder ?? 0,
      subscribed: folder.subscribed ?? true,
    }),
  );
  if (shares) await applyShares(ctx, scope, id, shares);
  const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
  const made = list.find(item => item.id === id);
  if (!made) throw new SetError('serverFail');
  const shown = mailboxObject(made);
  // What the client did not say itself.
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => !Object.hasOwn(object, name) || name === 'id'),
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

async function update(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
): Promise<JsonObject | null> {
  const { ctx } = request;
  const number = parseId('m', id);
  const all = readPatches(object);
  const shares = request.using.has(Capability.Sharing) ? readShares(all) : null;
  const patches = shares ? all.filter(({ path }) => path[0] !== shareProperty) : all;
  const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
  const folder = list.find(item => item.id === number);
  if (!folder || number === null) throw notFound();
  const sharing = request.using.has(Capability.Sharing) ? { sharedWith: new Map() } : null;
  const wrong = changedServerSet(patches, mailboxObject(folder, sharing), mailboxServerSet);
  if (wrong.length > 0) throw invalidProperties(wrong, 'set by the server');
  const strange = patches.filter(({ path }) => path.length !== 1 || !mailboxProperties.has(path[0] ?? ''));
  if (strange.length > 0) throw new SetError('invalidPatch', 'no such property');
  const settable = patches.filter(({ path }) => !mailboxServerSet.has(path[0] ?? ''));
  const change = Object.fromEntries(settable.map(({ path, value }) => [path[0] ?? '', value]));
  const wanted = readProperties(request, change);
  const { name = folder.path.at(-1) ?? '', parentId = folder.parentId } = wanted;
  if (Object.keys(wanted).length > 0 || !shares) {
    await namingTwin(request, scope, name, parentId, () =>
      changeFolder(ctx.mailboxes, scope, number, wanted),
    );
  }
  if (shares) await applyShares(ctx, scope, number, shares);
  return null;
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

/** Mailbox/set (RFC 8621 §2.5). */
export const mailboxSet: Method = {
  name: 'Mailbox/set',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const wanted = readSet(request, args);
    const withEmails = args.boolean('onDestroyRemoveEmails');
    args.end();
    const before = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const oldState = printState(before.state);
    requireState(wanted.ifInState, oldState);
    // Children before their parents, whatever order they come in.
    const depth = new Map(before.list.map(item => [printId('m', item.id), item.path.length]));
    const doomed = wanted.destroy.toSorted((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0));
    const present: PresentState = async reader => printState((await readStates(reader, scope)).mailbox);
    const outcome = await guarded(request, scope, wanted.ifInState, present, async inState => {
      const done = new SetOutcome(ctx);
      for (const [key, object] of inOrder(wanted.create)) {
        await done.create(inState, key, () => create(inState, scope, object));
      }
      for (const [id, object] of wanted.update) {
        await done.update(id, () => update(inState, scope, resolveId(inState, id) ?? '', object));
      }
      for (const id of doomed) {
        await done.destroy(id, () => destroy(inState, scope, resolveId(inState, id) ?? '', withEmails));
      }
      return done;
    });
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
