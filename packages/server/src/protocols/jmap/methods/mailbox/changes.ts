import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { folderChanges } from '../../../../mailbox/emails/folders.ts';
import { readingScope } from '../../accounts.ts';
import { mailboxCounts } from '../../mailbox-object.ts';
import type { Method } from '../../method.ts';
import { answerChanges } from '../../standard-changes.ts';

/** Mailbox/changes (RFC 8621 §2.2). */
export const mailboxChanges: Method = {
  name: 'Mailbox/changes',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const { response, changes } = await answerChanges(scope, args, 'm', (since, max) =>
      folderChanges(ctx.mailboxes, ctx.indexes, scope, since, max),
    );
    return { response: { ...response, updatedProperties: changes.onlyCounts ? mailboxCounts : null } };
  },
};
