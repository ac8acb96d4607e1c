import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { queryDelta } from '@hongyan/formats/jmap/window.ts';
import { folderChanges, listFolders } from '../../../../mailbox/emails/folders.ts';
import { readingScope } from '../../accounts.ts';
import { mailboxObject } from '../../mailbox-object.ts';
import { queryMailboxes, readMailboxQuery } from '../../mailbox-query.ts';
import type { Method } from '../../method.ts';
import { tellable } from '../../standard-changes.ts';
import { answerQueryChanges, mostResults, readQueryChanges } from '../../standard-query.ts';
import { parseState, printState } from '../../states.ts';

/** Mailbox/queryChanges (RFC 8621 §2.4). */
export const mailboxQueryChanges: Method = {
  name: 'Mailbox/queryChanges',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const query = readMailboxQuery(args);
    const wanted = readQueryChanges(args);
    args.end();
    const since = parseState(wanted.sinceQueryState);
    // Changes first: what happens in between is told again, never missed.
    const changes = await tellable(folderChanges(ctx.mailboxes, ctx.indexes, scope, since, mostResults));
    const { list } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const ids = queryMailboxes(
      list.map(folder => mailboxObject(folder)),
      query,
    );
    const print = (id: number): string => printId('m', id);
    const touched = new Set([...changes.created, ...changes.updated].map(print));
    const delta = queryDelta(ids, touched, changes.destroyed.map(print), null);
    return { response: answerQueryChanges(scope, wanted, delta, printState(changes.to), ids.length) };
  },
};
