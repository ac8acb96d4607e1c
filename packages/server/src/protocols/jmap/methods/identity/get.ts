import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { listIdentities } from '../../../../mailbox/sending/identities.ts';
import { replyToOf } from '../../../../personal/settings.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { identityObject, identityProperties } from './object.ts';

/** Identity/get (RFC 8621 §6.1). An identity without a reply address has the one of the settings (SET-03). */
export const identityGet: Method = {
  name: 'Identity/get',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, identityProperties);
    args.end();
    const { list, state } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
    const own = scope.accountId === request.caller.principal.accountId;
    const address = own ? await replyToOf(ctx.personal, scope) : null;
    const standard = address === null ? null : [{ name: null, email: address }];
    const shown = list.map(one => ({ ...one, replyTo: one.replyTo ?? standard }));
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(shown.map(identityObject), wanted, ctx),
      },
    };
  },
};
