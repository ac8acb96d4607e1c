import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import { applyPatches, changedServerSet, type Patch, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../access/scope.ts';
import { changeEmail, type EmailPlace } from '../../../mailbox/emails/change-email.ts';
import { readEmails } from '../../../mailbox/emails/contents.ts';
import type { RequestState } from '../method.ts';
import { notFound, resolveId } from '../standard-set.ts';
import { storedEmailObject } from './email-object.ts';
import { printKeywords, readKeywords } from './keywords.ts';
import { StoredSource } from './message-source.ts';
import { readMailboxIds } from './placement.ts';
import { isEmailProperty, readPlan } from './plan.ts';
import { snoozedProperty, updateSnoozed, usesSnooze } from './snoozed.ts';

const mutable = new Set(['keywords', 'mailboxIds']);

/** Applies a PatchObject to an email: keywords and mailboxes change, all else may only be repeated (RFC 8621 §4.6). */
export async function updateEmail(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
): Promise<null> {
  const { ctx } = request;
  const number = parseId('e', id);
  if (number === null) throw notFound();
  const patches = readPatches(object).map(patch => normalize(request, patch));
  const snoozed = usesSnooze(request) ? patches.find(({ path }) => path[0] === snoozedProperty) : undefined;
  const others = patches.filter(patch => patch !== snoozed && !mutable.has(patch.path[0] ?? ''));
  if (others.length > 0) await requireRepeated(request, scope, number, others);
  const wanted = patches.filter(({ path }) => mutable.has(path[0] ?? ''));
  const moves = wanted.some(({ path }) => path[0] === 'mailboxIds');
  const decide = (current: EmailPlace): EmailPlace => {
    const before: JsonObject = {
      keywords: printKeywords(current.flags),
      mailboxIds: objectOf(current.mailboxes.map(box => [printId('m', box), true] as const)),
    };
    const after = applyPatches(before, wanted, { keywords: {} });
    return {
      flags: readKeywords(own(after, 'keywords')),
      mailboxes: moves ? readMailboxIds(request, own(after, 'mailboxIds')) : current.mailboxes,
    };
  };
  if (!snoozed) await changeEmail(ctx.mailboxes, scope, number, decide, moves);
  else if (moves) throw invalidProperties([snoozedProperty, 'mailboxIds'], 'one or the other');
  else await updateSnoozed(request, scope, number, snoozed, decide);
  return null;
}

/** Keywords in lower case, mailboxes by their real id. */
function normalize(request: RequestState, patch: Patch): Patch {
  const [property, key, ...rest] = patch.path;
  if (key === undefined) return patch;
  if (property === 'keywords') return { ...patch, path: [property, key.toLowerCase(), ...rest] };
  if (property !== 'mailboxIds') return patch;
  const id = resolveId(request, key);
  if (id === null) throw invalidProperties(['mailboxIds']);
  return { ...patch, path: [property, id, ...rest] };
}

/** Throws unless the patches say of the email what is so already. */
async function requireRepeated(
  request: RequestState,
  scope: Scope,
  id: number,
  patches: readonly Patch[],
): Promise<void> {
  const { mailboxes, indexes } = request.ctx;
  const names = [...new Set(patches.map(({ path }) => path[0] ?? ''))];
  const strange = names.filter(name => !isEmailProperty(name));
  if (strange.length > 0) throw invalidProperties(strange);
  const { emails } = await readEmails(mailboxes, indexes, scope, [id]);
  const [content] = emails;
  if (!content) throw notFound();
  const plan = readPlan(new Arguments({}), names);
  const current = await storedEmailObject(content, () => new StoredSource(mailboxes, scope, content), plan);
  const wrong = changedServerSet(patches, current, new Set(names));
  if (wrong.length > 0) throw invalidProperties([...new Set(wrong)], 'cannot be changed');
}
