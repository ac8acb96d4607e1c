import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { afterDestroying } from '../../../../mailbox/emails/change-email.ts';
import { restoreDeleted } from '../../../../personal/deleted/deleted-emails.ts';
import { parseObjectId } from '../../../../personal/objects/kind.ts';
import { accountIdOf } from '../../accounts.ts';
import { toSetError } from '../../errors.ts';
import type { Method } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';
import { resolveId } from '../../standard-set.ts';
import { deletedKind } from './list.ts';

/** DeletedEmail/restore (CLN-02, CLN-03). */
export const deletedEmailRestore: Method = {
  name: 'DeletedEmail/restore',
  capability: Capability.Restore,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const ids = [...new Set(args.strings('ids') ?? [])];
    const mailboxId = args.requiredString('mailboxId');
    args.end();
    if (ids.length > ctx.personal.limits.maxRestoreAtOnce) throw new MethodError('requestTooLarge');
    const target = parseId('m', resolveId(request, mailboxId) ?? '') ?? 0;
    const restored: [string, string][] = [];
    const failed: [string, JsonObject][] = [];
    for (const id of ids) {
      try {
        const number = parseObjectId(deletedKind, id) ?? 0;
        restored.push([id, printId('e', await restoreDeleted(ctx.personal, scope, number, target))]);
      } catch (error) {
        failed.push([id, toSetError(error, ctx.log).toJSON()]);
      }
    }
    if (failed.some(([, error]) => textOf(error, 'type') === 'forbidden')) throw new MethodError('forbidden');
    await afterDestroying(ctx.mailboxes, scope);
    return {
      response: {
        accountId: accountIdOf(scope),
        restored: Object.fromEntries(restored),
        notRestored: Object.fromEntries(failed),
      },
    };
  },
};
