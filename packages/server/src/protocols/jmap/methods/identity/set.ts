import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../../access/scope.ts';
import {
  addIdentity,
  changeIdentity,
  destroyIdentity,
  listIdentities,
} from '../../../../mailbox/sending/identities.ts';
import { objectPoint } from '../../../../mailbox/sending/objects.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import type { Method, RequestState } from '../../method.ts';
import { notFound, readSet, requireState, resolveId, SetOutcome } from '../../standard-set.ts';
import { guarded, type PresentState } from '../../state-guard.ts';
import { printState } from '../../states.ts';
import { identityObject, readIdentity } from './object.ts';

const fixed = new Set(['id', 'email', 'mayDelete']);
const defaults: JsonObject = { name: '', replyTo: null, bcc: null, textSignature: '', htmlSignature: '' };

async function create(request: RequestState, scope: Scope, object: JsonObject): Promise<JsonObject> {
  const { ctx } = request;
  const { email, ...rest } = object;
  if (typeof email !== 'string') throw invalidProperties(['email']);
  const before = await listIdentities(ctx.mailboxes, ctx.directory, scope);
  const wanted = email.toLowerCase();
  if (!before.list.some(identity => identity.email.toLowerCase() === wanted))
    throw new SetError('forbiddenFrom');
  const text = readIdentity(rest);
  const id = await addIdentity(ctx.mailboxes, scope, email, {
    name: text.name ?? '',
    replyTo: text.replyTo ?? null,
    bcc: text.bcc ?? null,
    textSignature: text.textSignature ?? '',
    htmlSignature: text.htmlSignature ?? '',
  });
  const given = Object.entries(defaults).filter(([name]) => !Object.hasOwn(object, name));
  const { list } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
  const mayDelete = list.find(item => item.id === id)?.mayDelete ?? true;
  return { ...Object.fromEntries(given), id: printId('i', id), mayDelete };
}

async function update(request: RequestState, scope: Scope, id: string, object: JsonObject): Promise<null> {
  const { ctx } = request;
  const { list } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
  const identity = list.find(item => item.id === parseId('i', id));
  if (!identity) throw notFound();
  const patches = readPatches(object);
  const wrong = changedServerSet(patches, identityObject(identity), fixed);
  if (wrong.length > 0) throw invalidProperties(wrong, 'cannot be changed');
  if (patches.some(({ path }) => path.length !== 1)) throw new SetError('invalidPatch');
  const settable = patches.filter(({ path }) => !fixed.has(path[0] ?? ''));
  const change = settable.map(({ path: [name = ''], value }) => [name, value ?? own(defaults, name) ?? null]);
  await changeIdentity(
    ctx.mailboxes,
    scope,
    identity.id,
    readIdentity(Object.fromEntries(change) as JsonObject),
  );
  return null;
}

/** Identity/set (RFC 8621 §6.3). */
export const identitySet: Method = {
  name: 'Identity/set',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const wanted = readSet(request, args);
    args.end();
    const state = async (): Promise<string> =>
      printState((await listIdentities(ctx.mailboxes, ctx.directory, scope)).state);
    const oldState = await state();
    requireState(wanted.ifInState, oldState);
    const present: PresentState = async reader => printState(await objectPoint(reader, 'i'));
    const outcome = await guarded(request, scope, wanted.ifInState, present, async inState => {
      const done = new SetOutcome(ctx);
      for (const [key, object] of wanted.create) {
        await done.create(inState, key, () => create(inState, scope, object));
      }
      for (const [key, object] of wanted.update) {
        const id = resolveId(inState, key) ?? key;
        await done.update(id, () => update(inState, scope, id, object));
      }
      for (const key of wanted.destroy) {
        const id = resolveId(inState, key) ?? key;
        await done.destroy(id, () => destroyIdentity(inState.ctx.mailboxes, scope, parseId('i', id) ?? 0));
      }
      return done;
    });
    return {
      response: {
        accountId: accountIdOf(scope),
        oldState,
        newState: await state(),
        ...outcome.toJSON(),
      },
    };
  },
};
