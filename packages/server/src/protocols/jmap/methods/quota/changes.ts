import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { readQuotas } from './quotas.ts';

/**
 * Quota/changes (RFC 9425 §4.3). A state tells use and limits themselves: while the limits are the same only `used` has
 * changed, otherwise the client reads everything again.
 */
export const quotaChanges: Method = {
  name: 'Quota/changes',
  capability: Capability.Quota,
  async run(request, args) {
    const scope = readingScope(request, args);
    const sinceState = args.requiredString('sinceState');
    if (args.unsigned('maxChanges') === 0) throw invalidArgument('maxChanges', 'at least 1');
    args.end();
    const { list, state } = await readQuotas(request.ctx, scope);
    const before = sinceState.split('.');
    const now = state.split('.');
    const sameLimits = before.length === now.length && before[2] === now[2] && before[3] === now[3];
    if (!sameLimits) throw new MethodError('cannotCalculateChanges');
    return {
      response: {
        accountId: accountIdOf(scope),
        oldState: sinceState,
        newState: state,
        hasMoreChanges: false,
        created: [],
        updated: sinceState === state ? [] : list.map(quota => textOf(quota, 'id')),
        destroyed: [],
        updatedProperties: sinceState === state ? null : ['used'],
      },
    };
  },
};
