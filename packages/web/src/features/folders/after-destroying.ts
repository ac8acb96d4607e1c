import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import type { MailStore } from '../../jmap/mail-store.ts';

/** What lets people bring back mail that was deleted for good. */
export const restoreCapability = 'urn:hongyan:params:jmap:restore';

/** Days for which mail deleted for good can be brought back. */
export function restoreDays(store: MailStore): number {
  return store.client.accountLimit(restoreCapability, 'keepDays', 14);
}

/** Whether somebody may bring back such mail: the company may have closed it (CLN-02, CLN-03). */
export function mayRestore(store: MailStore): boolean {
  return store.client.offers(restoreCapability) && store.personal.settings.mayRestoreDeleted;
}

/** What becomes of mail once it is deleted for good, in words. */
export function afterDestroying(store: MailStore, { folder }: MailPhrases): string {
  return mayRestore(store) ? folder.forDays(restoreDays(store)) : folder.forGood;
}
