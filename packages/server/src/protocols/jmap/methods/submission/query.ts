import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { listSubmissions } from '../../../../mailbox/sending/submissions.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { printState } from '../../states.ts';
import { querySubmissions, readSubmissionQuery } from '../../submission/query.ts';

/** EmailSubmission/query (RFC 8621 §7.3). */
export const submissionQuery: Method = {
  name: 'EmailSubmission/query',
  capability: Capability.Submission,
  async run(request, args) {
    const scope = readingScope(request, args);
    const query = readSubmissionQuery(args);
    const window = readWindow(args, mostResults);
    args.end();
    const { list, state } = await listSubmissions(request.ctx.mailboxes, scope);
    const ids = querySubmissions(list, query);
    return { response: answerQuery(scope, ids, window, id => id, printState(state), true) };
  },
};
