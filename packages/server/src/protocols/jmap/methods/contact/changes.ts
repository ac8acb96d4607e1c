import type { Method } from '../../method.ts';
import { changesMethod } from '../../personal/standard.ts';
import { servedCards } from './served.ts';

/** ContactCard/changes (RFC 9610 §3.2). */
export const contactCardChanges: Method = changesMethod(servedCards);
