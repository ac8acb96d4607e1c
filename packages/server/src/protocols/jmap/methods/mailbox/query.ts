import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { listFolders } from '../../../../mailbox/emails/folders.ts';
import { readingScope } from '../../accounts.ts';
import { mailboxObject } from '../../mailbox-object.ts';
import { queryMailboxes, readMailboxQuery } from '../../mailbox-query.ts';
import type { Method } from '../../method.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { printState } from '../../states.ts';

/** Mailbox/query (RFC 8621 §2.3). */
export const mailboxQuery: Method = {
  name: 'Mailbox/query',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const query = readMailboxQuery(args);
    const window = readWindow(args, mostResults);
    args.end();
    const { list, state } = await listFolders(ctx.mailboxes, ctx.indexes, scope);
    const ids = queryMailboxes(
      list.map(folder => mailboxObject(folder)),
      query,
    );
    return { response: answerQuery(scope, ids, window, id => id, printState(state), true) };
  },
};
