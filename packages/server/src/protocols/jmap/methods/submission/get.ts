import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { listSubmissions } from '../../../../mailbox/sending/submissions.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { readDeliveryStatus } from '../../submission/delivery-status.ts';
import { submissionObject, submissionProperties } from '../../submission/object.ts';

/** EmailSubmission/get (RFC 8621 §7.1). */
export const submissionGet: Method = {
  name: 'EmailSubmission/get',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, submissionProperties);
    args.end();
    const { list, state } = await listSubmissions(ctx.mailboxes, scope);
    const { ids, properties } = wanted;
    const asked = list.filter(item => ids === null || ids.includes(printId('s', item.id)));
    const tells = properties === null || properties.includes('deliveryStatus');
    // More than may be asked for is refused below, before anything is read for it.
    const reads = tells && asked.length <= ctx.limits.maxObjectsInGet;
    const objects = await Promise.all(
      asked.map(async item =>
        submissionObject(item, reads ? await readDeliveryStatus(ctx, scope, item) : null),
      ),
    );
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(objects, wanted, ctx),
      },
    };
  },
};
