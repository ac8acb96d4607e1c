import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { conditionsOf } from '@hongyan/formats/jmap/filter.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { queryDelta } from '@hongyan/formats/jmap/window.ts';
import { queryEmails } from '../../../../mailbox/emails/query-emails.ts';
import { readingScope } from '../../accounts.ts';
import { readEmailQuery } from '../../emails/query-arguments.ts';
import type { Method } from '../../method.ts';
import { answerQueryChanges, readQueryChanges } from '../../standard-query.ts';
import { parseState, printState } from '../../states.ts';

/** Email/queryChanges (RFC 8621 §4.5). */
export const emailQueryChanges: Method = {
  name: 'Email/queryChanges',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const query = readEmailQuery(args);
    const wanted = readQueryChanges(args);
    args.end();
    if (conditionsOf(query.filter).some(condition => condition.texts.length > 0)) {
      throw new MethodError('cannotCalculateChanges', 'the filter searches texts');
    }
    const since = parseState(wanted.sinceQueryState);
    const { mailboxes, indexes } = ctx;
    const found = await queryEmails(mailboxes, indexes, scope, query, { since });
    if (!found.since) throw new MethodError('cannotCalculateChanges');
    const print = (id: number): string => printId('e', id);
    const touched = new Set([...found.since.touched].map(print));
    // Without a filter and by date alone nothing that lies behind upToId can move (RFC 8620 §5.6).
    const fixed = query.filter === null && !query.collapseThreads && query.sort.every(isFixed);
    const ids = found.ids.map(print);
    const delta = queryDelta(ids, touched, found.since.gone.map(print), fixed ? wanted.upToId : null);
    return { response: answerQueryChanges(scope, wanted, delta, printState(found.state), ids.length) };
  },
};

function isFixed(order: { readonly property: string }): boolean {
  return !order.property.endsWith('Keyword');
}
