import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type Json, type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, MethodError, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import { decodeXtext } from '@hongyan/formats/smtp/xtext.ts';
import type { Scope } from '../../../../access/scope.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { type EmailEnvelope, emailEnvelope } from '../../../../mailbox/emails/envelope.ts';
import { listIdentities } from '../../../../mailbox/sending/identities.ts';
import {
  addSubmission,
  claimSubmissions,
  destroySubmission,
  listSubmissions,
  markCanceled,
} from '../../../../mailbox/sending/submissions.ts';
import { rememberRecipients } from '../../../../personal/contacts/recipients.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import type { FollowUp, Method, RequestState } from '../../method.ts';
import {
  changesAnything,
  notFound,
  readSet,
  requireState,
  resolveId,
  SetOutcome,
} from '../../standard-set.ts';
import { printState } from '../../states.ts';
import {
  type Envelope,
  envelopeOf,
  newEnvelopeId,
  readEnvelope,
  requireRecipients,
} from '../../submission/envelope.ts';
import { submissionObject, submissionProperties } from '../../submission/object.ts';
import { fileCanceled, fileOnSend, readOnSend } from '../../submission/on-send.ts';
import { sendEmail } from '../../submission/send.ts';
import { emailSet } from '../email/set.ts';

/** What the implicit Email/set needs: the email of each submission that went well. */
type EmailIds = Map<string, string>;

async function create(
  request: RequestState,
  scope: Scope,
  object: JsonObject,
  emailIds: EmailIds,
): Promise<JsonObject> {
  const { ctx } = request;
  if (!scope.rights.send) throw new SetError('forbiddenToSend');
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const identityId = resolveId(request, args.requiredString('identityId')) ?? '';
  const emailId = resolveId(request, args.requiredString('emailId')) ?? '';
  const given = args.nested('envelope');
  const onSend = readOnSend(request, args.raw('onSend'));
  args.end();
  const { list } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
  const identity = list.find(item => item.id === parseId('i', identityId));
  if (!identity) throw invalidProperties(['identityId'], 'not found');
  const number = parseId('e', emailId);
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, scope, number === null ? [] : [number]);
  const [email] = emails;
  if (!email) throw invalidProperties(['emailId'], 'not found');
  const now = ctx.clock.now();
  const fields = emailEnvelope(email.envelope);
  const envelope = given === null ? envelopeOf(fields, identity.email) : readEnvelope(given, now);
  if (!fields.from || fields.from.length === 0)
    throw new SetError('invalidEmail', '', { properties: ['from'] });
  requireRecipients(envelope, ctx.acceptor.maxRecipients);
  const envid = envelope.sender.envid ?? newEnvelopeId();
  const sent = { ...envelope, sender: { ...envelope.sender, envid } };
  const queueId = await sendEmail(request, scope, email, sent);
  const sendAt = Math.max(now, envelope.sender.holdUntil ?? now);
  const status = sendAt > now ? 'pending' : 'final';
  if (onSend) {
    const waitsUntil = status === 'pending' ? sendAt : null;
    await fileOnSend(request, scope, { id: email.id, queueId, sendAt: waitsUntil }, onSend);
  }
  const waits = onSend !== null && status === 'pending';
  const submission = {
    identityId: identity.id,
    messageId: email.id,
    threadId: email.threadId,
    envelope: JSON.stringify(envelope.json),
    sendAt,
    status,
    queueId,
    messageRef: fields.messageId?.[0] ?? `${queueId}@${ctx.hostname}`,
    envelopeRef: decodeXtext(envid),
  } as const;
  const { id, status: undoStatus } = await addSubmission(ctx.mailboxes, scope, submission, waits);
  emailIds.set(printId('s', id), emailId);
  await remember(request, scope, envelope, fields);
  return {
    id: printId('s', id),
    threadId: printId('t', email.threadId),
    sendAt: printUtcDate(sendAt),
    undoStatus,
    deliveryStatus: null,
    dsnBlobIds: [],
    mdnBlobIds: [],
    ...(given === null ? { envelope: envelope.json } : {}),
  };
}

/** Remembers whom the member wrote to. The mail is on its way: nothing that fails here may say otherwise. */
async function remember(
  { ctx, caller }: RequestState,
  scope: Scope,
  envelope: Envelope,
  fields: EmailEnvelope,
): Promise<void> {
  if (scope.accountId !== caller.principal.accountId) return;
  const named = [...(fields.to ?? []), ...(fields.cc ?? []), ...(fields.bcc ?? [])];
  const names = new Map(named.map(({ name, email }) => [email.toLowerCase(), name]));
  const people = envelope.rcptTo.map(({ email }) => ({
    email,
    name: names.get(email.toLowerCase()) ?? null,
  }));
  try {
    await rememberRecipients(ctx.personal, scope, people);
  } catch (error) {
    ctx.log.warn('jmap.recipients_not_remembered', { account: scope.accountId, error });
  }
}

/** Only `undoStatus` can change, from pending to canceled. */
async function update(
  request: RequestState,
  scope: Scope,
  id: string,
  object: JsonObject,
  emailIds: EmailIds,
): Promise<null> {
  const { ctx } = request;
  const { list } = await listSubmissions(ctx.mailboxes, scope);
  const submission = list.find(item => item.id === parseId('s', id));
  if (!submission) throw notFound();
  const patches = readPatches(object);
  const others = patches.filter(({ path }) => path[0] !== 'undoStatus');
  const wrong = changedServerSet(others, submissionObject(submission), submissionProperties);
  const strange = others.map(({ path }) => path[0] ?? '').filter(name => !submissionProperties.has(name));
  if (wrong.length + strange.length > 0) throw invalidProperties([...wrong, ...strange]);
  const wanted = patches.find(({ path }) => path[0] === 'undoStatus');
  if (wanted && wanted.value !== submission.status) {
    if (wanted.value !== 'canceled') throw invalidProperties(['undoStatus']);
    const { queueId, status } = submission;
    if (status !== 'pending' || queueId === null || !(await ctx.takeBack(queueId))) {
      throw new SetError('cannotUnsend');
    }
    await markCanceled(ctx.mailboxes, scope, submission.id);
    await fileCanceled(request, scope, submission.messageId);
  }
  emailIds.set(id, printId('e', submission.messageId));
  return null;
}

async function destroy(request: RequestState, scope: Scope, id: string, emailIds: EmailIds): Promise<void> {
  const { mailboxes } = request.ctx;
  const { list } = await listSubmissions(mailboxes, scope);
  const submission = list.find(item => item.id === parseId('s', id));
  if (!submission) throw notFound();
  await destroySubmission(mailboxes, scope, submission.id);
  emailIds.set(id, printId('e', submission.messageId));
}

/** The implicit Email/set (RFC 8621 §7.5); undefined when nothing is to be done. */
function followUp(
  request: RequestState,
  scope: Scope,
  onUpdate: readonly (readonly [string, JsonObject])[],
  onDestroy: readonly string[],
  emailIds: EmailIds,
): FollowUp | undefined {
  const emailOf = (key: string): string[] => {
    const id = resolveId(request, key);
    const email = id === null ? undefined : emailIds.get(id);
    return email === undefined ? [] : [email];
  };
  const update = onUpdate.flatMap(([key, patch]) => emailOf(key).map((id): [string, Json] => [id, patch]));
  const doomed = onDestroy.flatMap(emailOf);
  if (update.length === 0 && doomed.length === 0) return undefined;
  const args = { accountId: accountIdOf(scope), update: objectOf(update), destroy: doomed };
  return { method: emailSet, arguments: args };
}

/** EmailSubmission/set (RFC 8621 §7.5). */
export const submissionSet: Method = {
  name: 'EmailSubmission/set',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const wanted = readSet(request, args);
    const onUpdate = args.idMap('onSuccessUpdateEmail') ?? [];
    const onDestroy = args.strings('onSuccessDestroyEmail') ?? [];
    args.end();
    if (onUpdate.length + onDestroy.length > ctx.limits.maxObjectsInSet)
      throw new MethodError('requestTooLarge');
    const state = async (): Promise<string> =>
      printState((await listSubmissions(ctx.mailboxes, scope)).state);
    const oldState = await state();
    requireState(wanted.ifInState, oldState);
    const { ifInState } = wanted;
    const claimed =
      ifInState === null ||
      !changesAnything(wanted) ||
      (await claimSubmissions(ctx.mailboxes, scope, present => printState(present) === ifInState));
    if (!claimed) throw new MethodError('stateMismatch');
    const outcome = new SetOutcome(ctx);
    const emailIds: EmailIds = new Map();
    for (const [key, object] of wanted.create) {
      await outcome.create(request, key, () => create(request, scope, object, emailIds));
    }
    for (const [key, object] of wanted.update) {
      const id = resolveId(request, key) ?? key;
      await outcome.update(id, () => update(request, scope, id, object, emailIds));
    }
    for (const key of wanted.destroy) {
      const id = resolveId(request, key) ?? key;
      await outcome.destroy(id, () => destroy(request, scope, id, emailIds));
    }
    const response = {
      accountId: accountIdOf(scope),
      oldState,
      newState: await state(),
      ...outcome.toJSON(),
    };
    const next = followUp(request, scope, onUpdate, onDestroy, emailIds);
    return next ? { response, followUp: next } : { response };
  },
};
