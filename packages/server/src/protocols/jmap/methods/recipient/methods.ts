import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { forgetRecipients, suggestRecipients } from '../../../../personal/contacts/recipients.ts';
import { accountIdOf } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope, ownWritingScope } from '../../personal/standard.ts';

const capability = Capability.Recipients;
const standardLimit = 10;

/** Recipient/suggest: whom a few letters may mean. */
const recipientSuggest: Method = {
  name: 'Recipient/suggest',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const text = args.string('text') ?? '';
    const limit = args.unsigned('limit') ?? standardLimit;
    args.end();
    if (text.length > 100) throw invalidArgument('text', 'too long');
    const most = Math.min(Math.max(limit, 1), ctx.personal.limits.maxSuggestions);
    const found = await suggestRecipients(ctx.personal, ctx.contacts, scope, text, most);
    return {
      response: {
        accountId: accountIdOf(scope),
        list: found.map(({ contactId, ...one }) => ({
          ...one,
          ...(contactId !== undefined && { contactId }),
        })),
      },
    };
  },
};

/** Recipient/forget: addresses that shall not be suggested as recent any more. */
const recipientForget: Method = {
  name: 'Recipient/forget',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const emails = args.strings('emails') ?? [];
    args.end();
    if (emails.length > ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
    const forgotten = await forgetRecipients(ctx.personal, scope, emails);
    return { response: { accountId: accountIdOf(scope), forgotten } };
  },
};

export const recipientMethods: readonly Method[] = [recipientSuggest, recipientForget];
