import type { AccountId } from '../../platform/ids.ts';

/** How a company is told of an event, and who. */
export interface NoticeChoice {
  readonly mail: boolean;
  readonly console: boolean;
  /** `responsible`: every administrator whose matter it is. `chosen`: of these those who are named. Mail only. */
  readonly recipients: 'responsible' | 'chosen';
  readonly accounts: readonly AccountId[];
  /** Addresses that get the mail, too: of a group, or of somebody outside. */
  readonly addresses: readonly string[];
}

interface NoticeLimits {
  /** Administrators, and other addresses, of one event. */
  readonly accounts: number;
  readonly addresses: number;
  /** How long notices can be read in the console, ms. */
  readonly keptMs: number;
  /** Notices of one event that follow the last mail so closely are put together into the next one, ms. */
  readonly gatherMs: number;
}

export const noticeLimits: NoticeLimits = {
  accounts: 50,
  addresses: 10,
  keptMs: 90 * 86_400_000,
  gatherMs: 10 * 60_000,
};

/** Until a company chooses otherwise: everybody whose matter it is, by mail and in the console. */
export const defaultChoice: NoticeChoice = {
  mail: true,
  console: true,
  recipients: 'responsible',
  accounts: [],
  addresses: [],
};

/** A choice as it is stored; what is not there is as in the default. */
export function readChoice(json: string | null | undefined): NoticeChoice {
  return json === null || json === undefined
    ? defaultChoice
    : { ...defaultChoice, ...(JSON.parse(json) as Partial<NoticeChoice>) };
}
