import type { Edited, FileTarget } from '@hongyan/formats/sieve/execution/action.ts';
import { Flag, type FlagSet, type Mailbox, type MailboxRole } from '../../mailbox/types.ts';
import { isMailError } from '../../platform/errors.ts';
import type { DeliveryFolder } from '../ports.ts';
import { type Stored, withEdited } from './edited.ts';
import type { Filtering } from './filtering.ts';

const bits: Readonly<Record<string, number>> = {
  '\\seen': Flag.Seen,
  '\\answered': Flag.Answered,
  '\\flagged': Flag.Flagged,
  '\\deleted': Flag.Deleted,
  '\\draft': Flag.Draft,
  $forwarded: Flag.Forwarded,
  $mdnsent: Flag.MdnSent,
  $junk: Flag.Junk,
  $notjunk: Flag.NotJunk,
  $phishing: Flag.Phishing,
};

/** The flags of a script as mailboxes keep them. */
export function flagSet(flags: readonly string[]): FlagSet {
  const keywords: string[] = [];
  let mask = 0;
  for (const flag of flags) {
    const bit = bits[flag.toLowerCase()];
    if (bit !== undefined) mask |= bit;
    else if (!flag.startsWith('\\')) keywords.push(flag);
  }
  return { bits: mask, keywords };
}

const roles: readonly MailboxRole[] = [
  'drafts',
  'sent',
  'junk',
  'trash',
  'archive',
  'important',
  'all',
  'flagged',
];

/** The role of a special use (RFC 6154 §2), or null. */
export function roleOf(use: string): MailboxRole | null {
  const name = use.replace(/^\\/, '').toLowerCase();
  return roles.find(role => role === name) ?? null;
}

/** A mailbox name of a script as a path. */
export function pathOf(name: string): readonly string[] {
  const path = name.normalize('NFC').split('/');
  return path[0]?.toUpperCase() === 'INBOX' ? ['INBOX', ...path.slice(1)] : path;
}

export function findFolder(folders: readonly Mailbox[], name: string): Mailbox | null {
  const path = pathOf(name);
  return (
    folders.find(one => one.path.length === path.length && one.path.every((part, i) => part === path[i])) ??
    null
  );
}

/** Files a copy; the same place twice files one (RFC 5228 §2.10.3). Keywords that find no room are left out. */
export async function fileCopy(
  filtering: Filtering,
  folder: DeliveryFolder,
  flags: readonly string[],
  edited: Edited,
): Promise<void> {
  const { context, scope, message, summary, prefix, deliveryId } = filtering;
  const place = typeof folder === 'string' ? '' : `/${JSON.stringify(folder.path)}`;
  const deliver = async (stored: Stored, set: FlagSet): Promise<void> => {
    await context.mailboxes.deliver(scope.tenantId, scope.accountId, `${deliveryId}${place}`, folder, {
      ...stored,
      flags: set,
      receivedAt: message.acceptedAt,
    });
  };
  const wanted = flagSet(flags);
  const work = async (stored: Stored): Promise<void> => {
    try {
      await deliver(stored, wanted);
    } catch (error) {
      const keywords = isMailError(error, 'limit.exceeded') || isMailError(error, 'input.invalid');
      if (!keywords || wanted.keywords.length === 0) throw error;
      await deliver(stored, { bits: wanted.bits, keywords: [] });
    }
  };
  if (edited !== null) {
    try {
      await withEdited(filtering, edited, work);
      return;
    } catch (error) {
      // As it was changed it is too large: better as it came than not at all.
      if (!isMailError(error, 'message.too_large')) throw error;
    }
  }
  await work({ blob: message.blob, summary, prefix });
}

/** Where `fileinto` leads: the folder, made if the script wants that; null for the inbox, when there is no such folder. */
export async function targetOf(filtering: Filtering, target: FileTarget): Promise<readonly string[] | null> {
  const { door, scope, context } = filtering;
  const folders = await door.folders(scope);
  const role = target.specialUse === null ? null : roleOf(target.specialUse);
  const special = role === null ? null : (folders.find(one => one.role === role) ?? null);
  const found = special ?? findFolder(folders, target.mailbox);
  if (found !== null) return found.role === 'inbox' ? null : found.path;
  if (!target.create) return null;
  const path = pathOf(target.mailbox);
  try {
    await door.makeFolder(scope, path, role);
    return path;
  } catch (error) {
    if (!isMailError(error) || error.code.startsWith('store.')) throw error;
    context.log.info('sieve.folder_not_made', { account: scope.accountId, code: error.code });
    return null;
  }
}
