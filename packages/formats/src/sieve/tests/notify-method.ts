import { parseMailto } from '../execution/mailto.ts';
import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';

/** Whether notifications can be sent to all of these URIs (RFC 5435 §4). */
export const validNotifyMethod: TestShape = {
  name: 'valid_notify_method',
  requires: 'enotify',
  rfc: '5435 §4',
  positional: ['strings'],
  prepare: args => run => run.texts(args.texts(0)).every(uri => parseMailto(uri) !== null),
};

/** What a method can do (RFC 5435 §5): mail does not know whether somebody is there (RFC 5436 §2.3). */
export const notifyMethodCapability: TestShape = {
  name: 'notify_method_capability',
  requires: 'enotify',
  rfc: '5435 §5',
  tags: matchingTags,
  positional: ['string', 'string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(2));
    return run => {
      if (parseMailto(run.text(args.required(0))) === null) return false;
      if (run.text(args.required(1)).toLowerCase() !== 'online') return false;
      return matchValues(run, matching, ['maybe'], args.texts(2));
    };
  },
};
