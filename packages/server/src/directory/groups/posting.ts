import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { GroupRecipient, GroupResolution, OpenedGroup } from '../types.ts';
import { recipientKey } from './open.ts';

/** Who writes to a group, as far as it is proven. */
export interface Poster {
  /** Company of whoever signed in, or in whose name the server writes; null for the outside. */
  readonly tenantId: TenantId | null;
  /** The account that signed in, and the one in whose name it writes. */
  readonly accounts: ReadonlySet<AccountId>;
  /** Comparable form of the envelope's sender; null when there is none, or when it names one of us without proof. */
  readonly address: string | null;
  /** Whether it is a report about another message (null reverse-path), from whatever server. */
  readonly report: boolean;
}

/** Whom a message to a group reaches. */
export interface Reached {
  /** Each recipient once; those that are disabled, too. */
  readonly recipients: readonly GroupRecipient[];
  /** Groups, the one written to or within it, whose rule kept the message out. */
  readonly refused: readonly number[];
}

/**
 * Whom a message of `poster` to the group reaches (GRP-04): a group within the group applies its own rule, and those
 * whose rule refuses it are left out. Reports about mail in the group's name go to its representatives instead.
 */
export function reachable(group: GroupResolution, poster: Poster): Reached {
  const recipients = new Map<string, GroupRecipient>();
  const refused: number[] = [];
  const seen = new Set<number>([group.groupId]);
  const queue = [group.groupId];
  for (let groupId = queue.shift(); groupId !== undefined; groupId = queue.shift()) {
    const opened = group.opened.get(groupId);
    if (!opened) continue;
    if (!mayPost(group, opened, poster)) {
      refused.push(groupId);
      continue;
    }
    for (const recipient of opened.recipients) {
      const key = recipientKey(recipient);
      if (!recipients.has(key)) recipients.set(key, recipient);
    }
    for (const inner of opened.groups) {
      if (seen.has(inner)) continue;
      seen.add(inner);
      queue.push(inner);
    }
  }
  if (poster.report && refused.includes(group.groupId) && group.representatives.length > 0) {
    return { recipients: group.representatives, refused: [] };
  }
  return { recipients: [...recipients.values()], refused };
}

function mayPost(group: GroupResolution, opened: OpenedGroup, poster: Poster): boolean {
  switch (opened.posting) {
    case 'anyone':
      return true;
    case 'company':
      return poster.tenantId === opened.tenantId;
    case 'members':
      return isMember(group, opened, poster);
    case 'listed': {
      const { accounts, addresses } = opened.listed;
      if (poster.address !== null && addresses.has(poster.address)) return true;
      return accounts.size > 0 && [...poster.accounts].some(accountId => accounts.has(accountId));
    }
    default:
      return opened.posting satisfies never;
  }
}

/** Whether the poster is among the members of a group, those of the groups within it included. */
function isMember(group: GroupResolution, root: OpenedGroup, poster: Poster): boolean {
  const seen = new Set<number>([root.groupId]);
  const queue: OpenedGroup[] = [root];
  for (let opened = queue.shift(); opened !== undefined; opened = queue.shift()) {
    for (const recipient of opened.recipients) {
      const isPoster =
        recipient.kind === 'account'
          ? poster.accounts.has(recipient.accountId)
          : poster.address !== null && recipientKey(recipient) === poster.address;
      if (isPoster) return true;
    }
    for (const inner of opened.groups) {
      const deeper = group.opened.get(inner);
      if (!deeper || seen.has(inner)) continue;
      seen.add(inner);
      queue.push(deeper);
    }
  }
  return false;
}
