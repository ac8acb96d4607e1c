import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { emailChanges } from '../../../../mailbox/emails/email-changes.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerChanges } from '../../standard-changes.ts';

/** Email/changes (RFC 8621 §4.3). */
export const emailChangesMethod: Method = {
  name: 'Email/changes',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const { response } = await answerChanges(scope, args, 'e', (since, max) =>
      emailChanges(ctx.mailboxes, ctx.indexes, scope, since, max),
    );
    return { response };
  },
};
