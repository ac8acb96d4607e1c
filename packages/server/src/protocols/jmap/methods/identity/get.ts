import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { listIdentities } from '../../../../mailbox/sending/identities.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { identityObject, identityProperties } from './object.ts';

/** Identity/get (RFC 8621 §6.1). */
export const identityGet: Method = {
  name: 'Identity/get',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, identityProperties);
    args.end();
    const { list, state } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(list.map(identityObject), wanted, ctx),
      },
    };
  },
};
