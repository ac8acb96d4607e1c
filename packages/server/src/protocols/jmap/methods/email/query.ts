import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { conditionsOf } from '@hongyan/formats/jmap/filter.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { queryEmails } from '../../../../mailbox/emails/query-emails.ts';
import { readingScope } from '../../accounts.ts';
import { readEmailQuery } from '../../emails/query-arguments.ts';
import type { Method } from '../../method.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { printState } from '../../states.ts';

/** Email/query (RFC 8621 §4.4). */
export const emailQuery: Method = {
  name: 'Email/query',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const query = readEmailQuery(args);
    const window = readWindow(args, mostResults);
    args.end();
    const counted = window.calculateTotal || window.anchor !== null || window.position < 0;
    const most = counted ? Infinity : window.position + window.limit;
    const { ids, state } = await queryEmails(ctx.mailboxes, ctx.indexes, scope, query, { most });
    // Searching texts again for each change costs more than a client gains.
    const cheap = conditionsOf(query.filter).every(condition => condition.texts.length === 0);
    const print = (id: number): string => printId('e', id);
    return { response: answerQuery(scope, ids, window, print, printState(state), cheap) };
  },
};
