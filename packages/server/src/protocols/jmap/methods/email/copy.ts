import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, invalidProperties, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { streamMessage } from '../../../../mailbox/body.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { accountIdOf, readingScope, writingScope } from '../../accounts.ts';
import { fileMessageBytes } from '../../emails/file-message.ts';
import { readKeywords } from '../../emails/keywords.ts';
import { readMailboxIds } from '../../emails/placement.ts';
import { emailState, emailStateIn } from '../../emails/state.ts';
import type { Method, RequestState } from '../../method.ts';
import { notFound, requireState, SetOutcome } from '../../standard-set.ts';
import { guarded } from '../../state-guard.ts';
import { emailSet } from './set.ts';

async function copyOne(
  request: RequestState,
  from: Scope,
  to: Scope,
  object: JsonObject,
): Promise<JsonObject> {
  const { ctx } = request;
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const id = parseId('e', args.requiredId('id'));
  const mailboxes = readMailboxIds(request, args.raw('mailboxIds'));
  const keywords = args.raw('keywords');
  const receivedAt = args.utcDate('receivedAt');
  args.end();
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, from, id === null ? [] : [id]);
  const [email] = emails;
  if (!email) throw notFound();
  return fileMessageBytes(ctx, to, streamMessage(ctx.mailboxes, from, email), {
    mailboxes,
    flags: keywords === undefined ? email.flags : readKeywords(keywords),
    receivedAt: receivedAt ?? email.receivedAt,
    strict: false,
  });
}

/** Email/copy (RFC 8621 §4.7). */
export const emailCopy: Method = {
  name: 'Email/copy',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const from = readingScope(request, args, 'fromAccountId');
    const to = writingScope(request, args);
    const ifFromInState = args.string('ifFromInState');
    const ifInState = args.string('ifInState');
    const create = args.idMap('create');
    const destroyOriginal = args.boolean('onSuccessDestroyOriginal');
    const destroyFromIfInState = args.string('destroyFromIfInState');
    args.end();
    if (create === null) throw invalidArgument('create', 'missing');
    if (from.accountId === to.accountId) throw invalidArgument('fromAccountId', 'the same as accountId');
    if (create.length > ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
    requireState(ifFromInState, await emailState(ctx, from));
    const oldState = await emailState(ctx, to);
    requireState(ifInState, oldState);
    const outcome = await guarded(request, to, ifInState, emailStateIn(to), async inState => {
      const done = new SetOutcome(ctx);
      for (const [key, object] of create) {
        await done.create(inState, key, () => copyOne(inState, from, to, object));
      }
      return done;
    });
    const { created, notCreated } = outcome.toJSON();
    const response = {
      fromAccountId: accountIdOf(from),
      accountId: accountIdOf(to),
      oldState,
      newState: await emailState(ctx, to),
      created: created ?? null,
      notCreated: notCreated ?? null,
    };
    if (!destroyOriginal) return { response };
    const done = create.filter(([key]) => outcome.createdIds.has(key));
    const destroy = done.map(([, object]) => object['id'] ?? null);
    const destruction = { accountId: accountIdOf(from), ifInState: destroyFromIfInState, destroy };
    return { response, followUp: { method: emailSet, arguments: destruction } };
  },
};
