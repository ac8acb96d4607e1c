import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { objectChanges } from '../../../../mailbox/sending/objects.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerChanges } from '../../standard-changes.ts';

/** EmailSubmission/changes (RFC 8621 §7.2). */
export const submissionChanges: Method = {
  name: 'EmailSubmission/changes',
  capability: Capability.Submission,
  async run(request, args) {
    const scope = readingScope(request, args);
    const { accounts } = request.ctx.mailboxes;
    const { response } = await answerChanges(scope, args, 's', (since, max) =>
      accounts.read(scope, reader => objectChanges(reader, 's', since, max)),
    );
    return { response };
  },
};
