import type { AccountId } from '../../platform/ids.ts';

/**
 * Number of the worker, from 1, that looks after an account in a group of so many: it fills its word index. Any other may
 * do it as well; that it is one saves doing it twice.
 */
export function homeNumber(accountId: AccountId, processes: number): number {
  return 1 + (accountId % processes);
}
