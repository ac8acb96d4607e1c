import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';

/** Quota/queryChanges (RFC 9425 §4.5): asking again costs no more than telling what changed. */
export const quotaQueryChanges: Method = {
  name: 'Quota/queryChanges',
  capability: Capability.Quota,
  async run(request, args) {
    readingScope(request, args);
    args.requiredString('sinceQueryState');
    throw new MethodError('cannotCalculateChanges');
  },
};
