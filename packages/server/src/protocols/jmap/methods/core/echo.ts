import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { Method } from '../../method.ts';

/** Core/echo (RFC 8620 §4). */
export const coreEcho: Method = {
  name: 'Core/echo',
  capability: Capability.Core,
  run: async (_request, args) => ({ response: args.object }),
};
