import type { Tone } from '../../kit/state.tsx';
import type { JourneyState } from './types.ts';

/** How each state of a mail looks. */
export const stateTones: Readonly<Record<JourneyState, Tone>> = {
  accepted: 'wait',
  queued: 'wait',
  held: 'warn',
  deferred: 'warn',
  relayed: 'ok',
  delivered: 'ok',
  bounced: 'bad',
  withdrawn: 'wait',
  refused: 'bad',
};
