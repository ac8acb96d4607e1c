import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, invalidProperties, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { listIdentities } from '../../../../mailbox/sending/identities.ts';
import { accountIdOf } from '../../accounts.ts';
import { toSetError } from '../../errors.ts';
import type { FollowUp, Method } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';
import { marksSent, readReceipt } from '../../receipts/receipt.ts';
import { sendReceipt } from '../../receipts/send-receipt.ts';
import { resolveId } from '../../standard-set.ts';
import { emailSet } from '../email/set.ts';

/** Receipts of one call. */
const maxReceipts = 50;

/** MDN/send (RFC 9007 §2.1): for one's own mail, once for each mail. */
export const mdnSend: Method = {
  name: 'MDN/send',
  capability: Capability.Mdn,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const identityId = parseId('i', resolveId(request, args.requiredString('identityId')) ?? '');
    const send = args.idMap('send');
    const onSuccess = new Map(args.idMap('onSuccessUpdateEmail') ?? []);
    args.end();
    if (send === null) throw invalidArgument('send', 'missing');
    if (send.length > maxReceipts) throw new MethodError('requestTooLarge');
    const { list } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
    const identity = list.find(each => each.id === identityId);
    if (!identity) throw invalidArgument('identityId', 'not found');
    const sent: [string, JsonObject][] = [];
    const notSent: [string, JsonObject][] = [];
    const update: [string, JsonObject][] = [];
    for (const [key, object] of send) {
      try {
        const patch = onSuccess.get(`#${key}`);
        const wanted = readReceipt(object);
        if (!patch || !marksSent(patch)) {
          throw invalidProperties(['onSuccessUpdateEmail'], 'has to set keywords/$mdnsent');
        }
        sent.push([key, await sendReceipt(request, scope, identity, wanted)]);
        update.push([resolveId(request, wanted.forEmailId) ?? wanted.forEmailId, patch]);
      } catch (error) {
        notSent.push([key, toSetError(error, ctx.log).toJSON()]);
      }
    }
    const response = {
      accountId: accountIdOf(scope),
      sent: sent.length > 0 ? objectOf(sent) : null,
      notSent: notSent.length > 0 ? objectOf(notSent) : null,
    };
    if (update.length === 0) return { response };
    const followUp: FollowUp = {
      method: emailSet,
      arguments: { accountId: accountIdOf(scope), update: objectOf(update) },
    };
    return { response, followUp };
  },
};
