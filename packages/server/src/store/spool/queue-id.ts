import { pooledRandom } from '../../platform/secrets/random.ts';

/** Digits that cannot be taken for one another (Crockford's base 32, small letters). */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A queue id: 16 letters and digits, unique across processes; ids made later sort later (to the millisecond). It goes
 * into the Received field, replies, logs and the trace, so it must exist before the message is accepted.
 */
export function newQueueId(now: number): string {
  let text = '';
  let rest = Math.floor(now);
  for (let i = 0; i < 9; i += 1) {
    text = (digits[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  }
  for (const byte of pooledRandom(7)) text += digits[byte % 32] ?? '';
  return text;
}
