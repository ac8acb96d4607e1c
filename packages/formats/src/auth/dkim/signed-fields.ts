import type { HeaderBlock } from '../../message/headers.ts';

/**
 * Fields that are signed once more than they stand there, so that none can be added (RFC 6376 §5.4): what a reader sees
 * and what decides how the body is read.
 */
const sealed = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

/** Fields that are signed where they stand; lists and forwarders may add their own (RFC 6376 §5.4.1). */
const signed = [
  'sender',
  'resent-date',
  'resent-from',
  'resent-to',
  'resent-cc',
  'auto-submitted',
  'content-language',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
];

/** Instances of one field that are signed; further ones make the message too odd to sign. */
const mostInstances = 100;

/** Names for `h=`, lower case; null when a field stands there too often. */
export function fieldsToSign(block: HeaderBlock): string[] | null {
  const counts = new Map<string, number>();
  for (const { key } of block.fields) counts.set(key, (counts.get(key) ?? 0) + 1);
  const names: string[] = [];
  for (const [list, more] of [
    [sealed, 1],
    [signed, 0],
  ] as const) {
    for (const name of list) {
      const count = counts.get(name) ?? 0;
      if (count > mostInstances) return null;
      for (let times = count + more; times > 0; times -= 1) names.push(name);
    }
  }
  return names;
}
