import type { AccountId } from '../../platform/ids.ts';
import type { Posting } from '../../store/system/groups.ts';

/** A group as lists show it (GRP-02). */
export interface GroupSummary {
  readonly groupId: number;
  readonly address: string;
  readonly displayName: string;
  readonly posting: Posting;
  /** Addresses that are direct members, without the people of departments and tags. */
  readonly memberCount: number;
  readonly createdAt: number;
}

/** One address for many (GRP-01). */
export interface Group {
  readonly groupId: number;
  readonly address: string;
  readonly displayName: string;
  /** Direct members as they were added: members' addresses, other groups, outside contacts. */
  readonly members: readonly string[];
  /** Departments whose people are members, those of departments below included; 0 is the whole company (GRP-05). */
  readonly departments: readonly number[];
  readonly tags: readonly number[];
  /** Who may write to it (GRP-04). */
  readonly posting: Posting;
  /** With `listed`: who may. */
  readonly senders: readonly string[];
  readonly senderDepartments: readonly number[];
  readonly senderTags: readonly number[];
  /** Members who may send as the group (GRP-03). */
  readonly representatives: readonly {
    readonly accountId: AccountId;
    readonly address: string;
    readonly displayName: string;
  }[];
  readonly createdAt: number;
}

/** What can be set of a group; a list that is given replaces the one there was. */
export interface GroupSettings {
  readonly displayName?: string;
  readonly members?: readonly string[];
  readonly departments?: readonly number[];
  readonly tags?: readonly number[];
  readonly posting?: Posting;
  readonly senders?: readonly string[];
  readonly senderDepartments?: readonly number[];
  readonly senderTags?: readonly number[];
  readonly representatives?: readonly AccountId[];
}

export interface NewGroup extends GroupSettings {
  readonly address: string;
}

/** The four kinds of GRP-04, in the order of the console. */
export const postings: readonly ['company', 'members', 'anyone', 'listed'] = [
  'company',
  'members',
  'anyone',
  'listed',
] as const satisfies readonly Posting[];
