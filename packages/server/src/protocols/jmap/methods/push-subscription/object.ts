import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { PushSubscription } from '../../../../access/push/subscriptions.ts';

/** Properties that can be read: the URL and the keys are secrets of the device (RFC 8620 §7.2.1). */
export const readableProperties: ReadonlySet<string> = new Set([
  'id',
  'deviceClientId',
  'verificationCode',
  'expires',
  'types',
]);

/** Whether a text can be the name of a type. */
export function isTypeName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}

/** A subscription as JMAP shows it. The code is shown once the client has shown that it knows it. */
export function subscriptionObject(subscription: PushSubscription): JsonObject {
  return {
    id: printId('p', subscription.id),
    deviceClientId: subscription.deviceClientId,
    verificationCode: subscription.verified ? subscription.code : null,
    expires: printUtcDate(subscription.expiresAt),
    types: subscription.types === null ? null : [...subscription.types],
  };
}
