import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';

export type NoticeEvent = keyof ConsolePhrases['notices']['events'];

export interface Notice {
  readonly id: number;
  readonly event: NoticeEvent;
  readonly at: string;
  readonly read: boolean;
  readonly subject: string;
  readonly text: string;
}

export interface NoticeSetting {
  readonly event: NoticeEvent;
  readonly mail: boolean;
  readonly console: boolean;
  readonly recipients: 'responsible' | 'chosen';
  readonly accounts: readonly number[];
  readonly addresses: readonly string[];
  /** Administrators whose matter it is. */
  readonly candidates: readonly {
    readonly accountId: number;
    readonly name: string;
    readonly address: string;
  }[];
}

/** Page on which one does something about it. */
export const noticePages: Readonly<Record<NoticeEvent, string>> = {
  domains: 'domains',
  certificates: 'certificates',
  joining: 'invitations',
  seats: 'members',
  jobs: 'recycle-bin',
  recycleBin: 'recycle-bin',
  administrators: 'administrators',
  signIn: 'sign-in',
  tokens: 'tokens',
  company: 'company',
};
