import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { objectChanges } from '../../../../mailbox/sending/objects.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerChanges } from '../../standard-changes.ts';

/** Identity/changes (RFC 8621 §6.2). */
export const identityChanges: Method = {
  name: 'Identity/changes',
  capability: Capability.Submission,
  async run(request, args) {
    const scope = readingScope(request, args);
    const { accounts } = request.ctx.mailboxes;
    const { response } = await answerChanges(scope, args, 'i', (since, max) =>
      accounts.read(scope, reader => objectChanges(reader, 'i', since, max)),
    );
    return { response };
  },
};
