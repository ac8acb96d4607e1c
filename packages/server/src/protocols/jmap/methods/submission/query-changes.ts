import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { queryDelta } from '@hongyan/formats/jmap/window.ts';
import { objectChanges } from '../../../../mailbox/sending/objects.ts';
import { listSubmissions } from '../../../../mailbox/sending/submissions.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { tellable } from '../../standard-changes.ts';
import { answerQueryChanges, mostResults, readQueryChanges } from '../../standard-query.ts';
import { parseState, printState } from '../../states.ts';
import { querySubmissions, readSubmissionQuery } from '../../submission/query.ts';

/** EmailSubmission/queryChanges (RFC 8621 §7.4). */
export const submissionQueryChanges: Method = {
  name: 'EmailSubmission/queryChanges',
  capability: Capability.Submission,
  async run(request, args) {
    const { mailboxes } = request.ctx;
    const scope = readingScope(request, args);
    const query = readSubmissionQuery(args);
    const wanted = readQueryChanges(args);
    args.end();
    const since = parseState(wanted.sinceQueryState);
    const changes = await tellable(
      mailboxes.accounts.read(scope, reader => objectChanges(reader, 's', since, mostResults)),
    );
    const { list } = await listSubmissions(mailboxes, scope);
    const ids = querySubmissions(list, query);
    const print = (id: number): string => printId('s', id);
    const touched = new Set([...changes.created, ...changes.updated].map(print));
    const delta = queryDelta(ids, touched, changes.destroyed.map(print), null);
    return { response: answerQueryChanges(scope, wanted, delta, printState(changes.to), ids.length) };
  },
};
