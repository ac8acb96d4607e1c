import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import {
  insertUpload,
  removeExpiredUploads,
  type UploadRow,
  uploadRow,
  uploadUse,
} from '../../store/accounts/emails/upload-rows.ts';
import type { BlobRef } from '../../store/blob-store.ts';
import { type MailboxContext, requireRead, requireWrite } from '../context.ts';

/** Values of the plan for uploads that are not part of a message yet (RFC 8620 §6.1). */
export interface UploadLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
  /** How long an upload is kept, ms. */
  readonly lifeMs: number;
}

export const defaultUploadLimits: UploadLimits = {
  maxBytes: 1024 * 1024 * 1024,
  maxCount: 10_000,
  lifeMs: 24 * 60 * 60 * 1000,
};

/**
 * Takes an upload from chunks; memory does not grow with its size. Throws `message.too_large` past `maxSize` octets,
 * `quota.exceeded` when the account has too many uploads lying about.
 */
export async function storeUpload(
  ctx: MailboxContext,
  scope: Scope,
  chunks: AsyncIterable<Uint8Array>,
  type: string,
  maxSize: number,
  limits: UploadLimits = defaultUploadLimits,
): Promise<BlobRef> {
  requireWrite(scope);
  const now = ctx.clock.now();
  const use = await ctx.accounts.read(scope, reader => uploadUse(reader, now));
  if (use.count >= limits.maxCount || use.bytes >= limits.maxBytes) {
    throw new MailError('quota.exceeded', { limit: 'uploads' });
  }
  await using writer = ctx.blobs.create(scope.tenantId);
  for await (const chunk of chunks) {
    if (writer.size + chunk.length > maxSize) throw new MailError('message.too_large', { max: maxSize });
    await writer.write(chunk);
  }
  const ref = await writer.seal();
  const expiresAt = now + limits.lifeMs;
  await ctx.blobs.lease(scope.tenantId, ref, `upload ${scope.accountId}`, expiresAt);
  await ctx.accounts.transact(scope, async tx => {
    await removeExpiredUploads(tx, now);
    await insertUpload(tx, { hash: ref.hash, size: ref.size, type, expiresAt }, uploaderOf(scope));
  });
  return ref;
}

/** Whose upload it is: in an account with several users each has their own (RFC 8620 §6.1). */
function uploaderOf({ principal, accountId }: Scope): AccountId {
  return principal.kind === 'account' ? principal.accountId : accountId;
}

/** The upload of that hash that the principal brought; null when there is none, or was too long ago. */
export async function findUpload(
  ctx: MailboxContext,
  scope: Scope,
  hash: Uint8Array,
): Promise<UploadRow | null> {
  requireRead(scope);
  return ctx.accounts.read(scope, reader => uploadRow(reader, hash, ctx.clock.now(), uploaderOf(scope)));
}
