import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { listFolders } from '../../../../mailbox/emails/folders.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { mailboxObject, mailboxProperties } from '../../mailbox-object.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';

/** Mailbox/get (RFC 8621 §2.1). */
export const mailboxGet: Method = {
  name: 'Mailbox/get',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, mailboxProperties);
    args.end();
    const { list, state } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const objects = list.map(folder => mailboxObject(scope, folder));
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(objects, wanted, ctx),
      },
    };
  },
};
