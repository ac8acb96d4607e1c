import type { DeletedEmail } from '../../../../personal/deleted/deleted-emails.ts';

export const deletedKind = { prefix: 'dm' };

/** Differs whenever the list does. */
export function deletedState(all: readonly DeletedEmail[]): string {
  return `${all.length}.${all[0]?.deletedAt ?? 0}.${all.at(-1)?.id ?? 0}`;
}
