import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { listSubmissions } from '../../../../mailbox/sending/submissions.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { submissionObject, submissionProperties } from '../../submission/object.ts';

/** EmailSubmission/get (RFC 8621 §7.1). */
export const submissionGet: Method = {
  name: 'EmailSubmission/get',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, submissionProperties);
    args.end();
    const { list, state } = await listSubmissions(ctx.mailboxes, scope);
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(list.map(submissionObject), wanted, ctx),
      },
    };
  },
};
