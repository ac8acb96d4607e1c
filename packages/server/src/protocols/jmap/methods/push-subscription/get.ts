import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { ownPushSubscriptions } from '../../../../access/push/subscriptions.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { readableProperties, subscriptionObject } from './object.ts';

const secrets: ReadonlySet<string> = new Set(['url', 'keys']);

/** PushSubscription/get (RFC 8620 §7.2.1): those made with what the caller signed in with; no account, no state. */
export const pushSubscriptionGet: Method = {
  name: 'PushSubscription/get',
  capability: Capability.Core,
  async run(request, args) {
    const { ctx, caller } = request;
    const known = (name: string): boolean => readableProperties.has(name) || secrets.has(name);
    const wanted = readGet(ctx, args, known);
    args.end();
    if (wanted.properties?.some(name => secrets.has(name))) throw new MethodError('forbidden');
    const list = await ownPushSubscriptions(ctx.push.subscriptions, caller.principal);
    return { response: answerGet(list.map(subscriptionObject), wanted, ctx) };
  },
};
