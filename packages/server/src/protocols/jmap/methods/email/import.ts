import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, invalidProperties, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import { findBlob } from '../../blobs.ts';
import { fileMessageBytes } from '../../emails/file-message.ts';
import { readKeywords } from '../../emails/keywords.ts';
import { readMailboxIds } from '../../emails/placement.ts';
import { emailState, emailStateIn } from '../../emails/state.ts';
import type { Method, RequestState } from '../../method.ts';
import { requireState, SetOutcome } from '../../standard-set.ts';
import { guarded } from '../../state-guard.ts';

async function importOne(request: RequestState, scope: Scope, object: JsonObject): Promise<JsonObject> {
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const blobId = args.requiredId('blobId');
  const mailboxes = readMailboxIds(request, args.raw('mailboxIds'));
  const flags = readKeywords(args.raw('keywords'));
  const receivedAt = args.utcDate('receivedAt');
  args.end();
  const blob = await findBlob(request.ctx, scope, blobId);
  if (!blob) throw invalidProperties(['blobId'], 'not found');
  return fileMessageBytes(request.ctx, scope, blob.stream(), { mailboxes, flags, receivedAt, strict: true });
}

/** Email/import (RFC 8621 §4.8). */
export const emailImport: Method = {
  name: 'Email/import',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const ifInState = args.string('ifInState');
    const emails = args.idMap('emails');
    args.end();
    if (emails === null) throw invalidArgument('emails', 'missing');
    if (emails.length > ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
    const oldState = await emailState(ctx, scope);
    requireState(ifInState, oldState);
    const outcome = await guarded(request, scope, ifInState, emailStateIn(scope), async inState => {
      const done = new SetOutcome(ctx);
      for (const [key, object] of emails) {
        await done.create(inState, key, () => importOne(inState, scope, object));
      }
      return done;
    });
    const { created, notCreated } = outcome.toJSON();
    return {
      response: {
        accountId: accountIdOf(scope),
        oldState,
        newState: await emailState(ctx, scope),
        created: created ?? null,
        notCreated: notCreated ?? null,
      },
    };
  },
};
