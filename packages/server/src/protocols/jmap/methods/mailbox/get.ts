import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { listFolders } from '../../../../mailbox/emails/folders.ts';
import { sharedWith } from '../../../../mailbox/sharing/acl.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { mailboxObject, mailboxProperties, shareProperty } from '../../mailbox-object.ts';
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
    const sharing = request.using.has(Capability.Sharing);
    const isKnown = (name: string): boolean =>
      mailboxProperties.has(name) || (sharing && name === shareProperty);
    const wanted = readGet(ctx, args, isKnown);
    args.end();
    const { list, state } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const shared = sharing ? { sharedWith: await sharedWith(ctx.mailboxes, scope) } : null;
    const objects = list.map(folder => mailboxObject(folder, shared));
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(objects, wanted, ctx),
      },
    };
  },
};
