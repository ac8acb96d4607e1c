import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { threadChanges } from '../../../../mailbox/emails/email-changes.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerChanges } from '../../standard-changes.ts';

/** Thread/changes (RFC 8621 §3.2). */
export const threadChangesMethod: Method = {
  name: 'Thread/changes',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const { response } = await answerChanges(scope, args, 't', (since, max) =>
      threadChanges(ctx.mailboxes, ctx.indexes, scope, since, max),
    );
    return { response };
  },
};
