import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  annotationCount,
  annotationRows,
  putAnnotation,
} from '../../store/accounts/shares/annotation-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import type { MailboxId } from '../types.ts';
import { type FolderRight, requireFolder, requireReach } from './rights.ts';

/** A value attached to a folder or to the account (RFC 5464). */
export interface Annotation {
  /** `private`: of the person who set it, nobody else sees it. */
  readonly space: 'private' | 'shared';
  /** `/comment`, in lower case. */
  readonly path: string;
  readonly value: Uint8Array;
}

export interface AnnotationChange extends Omit<Annotation, 'value'> {
  /** Null removes. */
  readonly value: Uint8Array | null;
}

const wholeAccount = 0;
const everybody = 0;

/** Who the private values belong to: whoever asks, not whose folder it is. */
function holderOf(scope: Scope): number {
  return scope.principal.kind === 'account' ? scope.principal.accountId : scope.accountId;
}

async function require(
  reader: AccountReader | AccountTransaction,
  scope: Scope,
  id: MailboxId | null,
  ...needed: readonly FolderRight[]
): Promise<void> {
  if (id !== null) await requireFolder(reader, scope, id, ...needed);
  else if (scope.folders === 'shared') throw new MailError('access.denied', { need: 'account' });
}

/** Annotations of a folder, or with null those of the account; needs `r`. Throws `mailbox.not_found`, `access.denied`. */
export async function listAnnotations(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId | null,
): Promise<Annotation[]> {
  requireReach(scope, 'read');
  const rows = await ctx.accounts.read(scope, async reader => {
    await require(reader, scope, id, 'r');
    return annotationRows(reader, id ?? wholeAccount, holderOf(scope));
  });
  return rows.map(({ holderId, entry, value }) => ({
    space: holderId === everybody ? 'shared' : 'private',
    path: entry,
    value,
  }));
}

/**
 * Sets annotations, all or none. Private values need `r`, shared ones `w`; shared ones of the account are not for people to
 * set. Throws `mailbox.not_found`, `access.denied`, `message.too_large` for a value over the limit, `limit.exceeded` for too
 * many.
 */
export async function setAnnotations(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId | null,
  changes: readonly AnnotationChange[],
): Promise<void> {
  const shared = changes.some(change => change.space === 'shared');
  requireReach(scope, 'read');
  const { maxAnnotationBytes, maxAnnotations } = ctx.limits;
  if (shared && id !== null) requireReach(scope, 'write');
  if (shared && id === null) throw new MailError('access.denied', { need: 'server annotations' });
  if (changes.some(({ value }) => value !== null && value.length > maxAnnotationBytes)) {
    throw new MailError('message.too_large', { max: maxAnnotationBytes });
  }
  await ctx.accounts.transact(scope, async tx => {
    await require(tx, scope, id, ...(shared ? (['r', 'w'] as const) : (['r'] as const)));
    const holder = holderOf(scope);
    for (const { space, path, value } of changes) {
      const holderId = space === 'shared' ? everybody : holder;
      await putAnnotation(tx, { mailboxId: id ?? wholeAccount, holderId, entry: path, value });
    }
    for (const holderId of [holder, everybody]) {
      if ((await annotationCount(tx, id ?? wholeAccount, holderId)) > maxAnnotations) {
        throw new MailError('limit.exceeded', { limit: 'annotations', max: maxAnnotations });
      }
    }
    announce(ctx, tx);
  });
}
