import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readFilter } from '@hongyan/formats/jmap/filter.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { emailEnvelope } from '../../../../mailbox/emails/envelope.ts';
import { attachmentText } from '../../../../mailbox/searching/index-lookup.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { StoredSource } from '../../emails/message-source.ts';
import { readCondition } from '../../emails/query-arguments.ts';
import { markedPiece, markedPreview, markWords, snippetWords } from '../../emails/snippet.ts';
import type { Method } from '../../method.ts';

/** Snippets made in one call: each may open a message. */
const most = 100;

/** SearchSnippet/get (RFC 8621 §5.1). */
export const searchSnippetGet: Method = {
  name: 'SearchSnippet/get',
  capability: Capability.Mail,
  async run(request, args) {
    const { mailboxes, indexes } = request.ctx;
    const scope = readingScope(request, args);
    const filter = readFilter(args.raw('filter'), readCondition);
    const emailIds = args.ids('emailIds');
    args.end();
    if (emailIds === null) throw invalidArgument('emailIds', 'missing');
    if (emailIds.length > most) throw new MethodError('requestTooLarge');
    const words = snippetWords(filter);
    const ids = [...new Set(emailIds)];
    const numbers = ids.flatMap(id => parseId('e', id) ?? []);
    const { emails } = await readEmails(mailboxes, indexes, scope, numbers);
    const list: JsonObject[] = [];
    for (const email of emails) {
      const subject = emailEnvelope(email.envelope).subject ?? '';
      list.push({
        emailId: printId('e', email.id),
        subject: markWords(subject, words.subject),
        preview:
          (await markedPreview(new StoredSource(mailboxes, scope, email), words.body)) ??
          markedPiece(
            words.body.length > 0 ? await attachmentText(mailboxes, scope, email.id) : '',
            words.body,
          ),
      });
    }
    const there = new Set(emails.map(email => printId('e', email.id)));
    const notFound = ids.filter(id => !there.has(id));
    return {
      response: {
        accountId: accountIdOf(scope),
        list,
        notFound: notFound.length === 0 ? null : notFound,
      },
    };
  },
};
