import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { type DeletedEmail, listDeleted } from '../../../../personal/deleted/deleted-emails.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { accountIdOf } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { deletedKind, deletedState } from './list.ts';

const properties = new Set(['id', 'subject', 'from', 'receivedAt', 'deletedAt', 'size', 'mailboxName']);

function toObject(email: DeletedEmail): JsonObject {
  return {
    id: printObjectId(deletedKind, email.id),
    subject: email.subject,
    from: email.from.map(({ name, email: address }) => ({ name, email: address })),
    receivedAt: printUtcDate(email.receivedAt),
    deletedAt: printUtcDate(email.deletedAt),
    size: email.size,
    mailboxName: email.mailboxName,
  };
}

/** DeletedEmail/get (CLN-02). */
export const deletedEmailGet: Method = {
  name: 'DeletedEmail/get',
  capability: Capability.Restore,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const wanted = readGet(ctx, args, properties);
    args.end();
    const all = await listDeleted(ctx.personal, scope);
    const state = deletedState(all);
    const ids = wanted.ids === null ? null : new Set(wanted.ids);
    const chosen = all.filter(one => ids?.has(printObjectId(deletedKind, one.id)) ?? true);
    const answer = answerGet(chosen.map(toObject), wanted, ctx);
    return { response: { accountId: accountIdOf(scope), state, ...answer } };
  },
};
