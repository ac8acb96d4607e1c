import { formatNumbers } from '@hongyan/formats/imap/sequence-set.ts';
import type { Copied } from '../../../mailbox/copy.ts';

/** `COPYUID validity from to` (RFC 4315 §3); undefined when nothing was copied. */
export function copyUid(copied: Copied): string | undefined {
  if (copied.to.length === 0) return undefined;
  return `COPYUID ${copied.uidValidity} ${formatNumbers(copied.from)} ${formatNumbers(copied.to)}`;
}
