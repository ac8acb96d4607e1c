import type { AccountId } from '../../platform/ids.ts';

/** A public mailbox as lists show it. */
export interface PublicMailboxSummary {
  readonly accountId: AccountId;
  readonly address: string;
  readonly displayName: string;
  readonly disabled: boolean;
  /** Users chosen one by one, without the people of departments and tags. */
  readonly userCount: number;
  /** Bytes it may use; null: no limit (PUB-04). */
  readonly quotaBytes: number | null;
  readonly createdAt: number;
}

/** One address that several people use at the same time (PUB-01). */
export interface PublicMailbox extends PublicMailboxSummary {
  readonly aliases: readonly string[];
  /** Members who were chosen to use it (PUB-02). */
  readonly users: readonly {
    readonly accountId: AccountId;
    readonly address: string;
    readonly displayName: string;
  }[];
  /** Departments whose people may use it, those of departments below included; 0 is the whole company. */
  readonly departments: readonly number[];
  readonly tags: readonly number[];
}

/** What can be set; a list that is given replaces the one there was. */
export interface PublicMailboxSettings {
  readonly displayName?: string;
  readonly users?: readonly AccountId[];
  readonly departments?: readonly number[];
  readonly tags?: readonly number[];
  /** Bytes allotted by the administrator; null: what the plan gives. */
  readonly quotaBytes?: number | null;
  /** Nobody may use it and it takes no mail (PUB-09). */
  readonly disabled?: boolean;
}

export interface NewPublicMailbox extends Omit<PublicMailboxSettings, 'disabled'> {
  readonly address: string;
  readonly language?: string | null;
}

/** How many there are and may be (PUB-03). */
export interface PublicMailboxUse {
  readonly used: number;
  /** Null: no limit. */
  readonly max: number | null;
}
