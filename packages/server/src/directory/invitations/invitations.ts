import { createHash, randomBytes } from 'node:crypto';
import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  type InvitationRow,
  insertInvitation,
  invitationById,
  invitationByToken,
  invitationPage,
  openInvitationCount,
  revokeInvitationRow,
} from '../../store/system/sharing/invitations.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from '../paging.ts';
import { settingsIn } from './settings.ts';

/** Named limits of invitations. */
export const invitationLimits = {
  /** Days that a link holds unless it is said otherwise, and at most. */
  defaultDays: 7,
  maxDays: 90,
  /** Links of a company that are open at the same time. */
  open: 1_000,
  /** Requests of a company that wait for a decision. */
  waiting: 5_000,
} as const;

const dayMs = 24 * 3_600_000;

export interface Invitation {
  readonly id: number;
  readonly label: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly state: 'open' | 'revoked' | 'expired' | 'used';
  /** Null: any number. */
  readonly maxUses: number | null;
  readonly uses: number;
}

export interface NewInvitation {
  /** What the link is for, in the administrator's words. */
  readonly label?: string;
  readonly days?: number;
  readonly maxUses?: number | null;
}

function stateOf(row: InvitationRow, now: number): Invitation['state'] {
  if (row.revoked_at !== null) return 'revoked';
  if (row.expires_at <= now) return 'expired';
  return row.max_uses !== null && row.uses >= row.max_uses ? 'used' : 'open';
}

function toInvitation(row: InvitationRow, now: number): Invitation {
  return {
    id: row.id,
    label: row.label,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    state: stateOf(row, now),
    maxUses: row.max_uses,
    uses: row.uses,
  };
}

function actorOf(scope: Scope): string {
  return scope.principal.kind === 'account' ? scope.principal.login : scope.principal.reason;
}

/** What is kept of a token. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Makes a link that strangers can join with (DIR-04). The token is shown this once. Throws `access.denied`,
 * `input.invalid`, `limit.exceeded`, and `invitation.closed` while nobody may be invited (DIR-05).
 */
export async function createInvitation(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: NewInvitation,
): Promise<{ readonly invitation: Invitation; readonly token: string }> {
  requireAdministration(scope, 'invitations', 'manage');
  const days = wanted.days ?? invitationLimits.defaultDays;
  const maxUses = wanted.maxUses ?? null;
  const { tenantId } = scope;
  if (!Number.isInteger(days) || days < 1 || days > invitationLimits.maxDays) {
    throw new MailError('input.invalid', { field: 'days', max: invitationLimits.maxDays });
  }
  if (maxUses !== null && (!Number.isSafeInteger(maxUses) || maxUses < 1)) {
    throw new MailError('input.invalid', { field: 'maxUses' });
  }
  const token = randomBytes(24).toString('base64url');
  const now = ctx.clock.now();
  return change(ctx, scope.tenantId, async tx => {
    if (!(await settingsIn(tx, tenantId)).open) throw new MailError('invitation.closed');
    if ((await openInvitationCount(tx, tenantId, now)) >= invitationLimits.open) {
      throw new MailError('limit.exceeded', { limit: 'invitations', max: invitationLimits.open });
    }
    const row: InvitationRow = {
      tenant_id: tenantId,
      id: await nextId(tx, 'invitation'),
      token_hash: hashOf(token),
      label: requireDisplayName(ctx, wanted.label ?? ''),
      created_by: actorOf(scope),
      created_at: now,
      expires_at: now + days * dayMs,
      revoked_at: null,
      max_uses: maxUses,
      uses: 0,
    };
    await insertInvitation(tx, row);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'invitation.created',
      targetKind: 'invitation',
      target: row.label === '' ? String(row.id) : row.label,
      details: { id: row.id, days, maxUses },
    });
    return { invitation: toInvitation(row, now), token };
  });
}

/** A page of invitations, newest first. Throws `access.denied`, `input.invalid`. */
export async function listInvitations(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest,
): Promise<Page<Invitation>> {
  requireAdministration(scope, 'invitations', 'view');
  const limit = requireLimit(page.limit);
  const before = Number(readCursor(page.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
  const rows = await invitationPage(ctx.database.of(scope.tenantId), scope.tenantId, before, limit + 1);
  return pageOf(
    rows.map(row => toInvitation(row, ctx.clock.now())),
    limit,
    item => [item.id],
  );
}

/** Makes a link void. Throws `access.denied`, `invitation.not_found`; a link that was void before stays so. */
export async function revokeInvitation(ctx: DirectoryContext, scope: Scope, id: number): Promise<void> {
  requireAdministration(scope, 'invitations', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await invitationById(tx, scope.tenantId, id);
    if (!row) throw new MailError('invitation.not_found', { id });
    if (!(await revokeInvitationRow(tx, scope.tenantId, id, ctx.clock.now()))) return;
    await recordOperation(tx, ctx.clock, scope, {
      action: 'invitation.revoked',
      targetKind: 'invitation',
      target: row.label === '' ? String(id) : row.label,
      details: { id },
    });
  });
}

/**
 * The invitation behind a token. Throws `invitation.not_found` for a token that never was, `invitation.closed` for one that
 * was revoked, ran out or was used up, and while the company invites nobody (DIR-05).
 */
export async function requireOpenInvitation(
  reader: SqlReader,
  token: string,
  now: number,
): Promise<InvitationRow> {
  const row = token.length <= 100 ? await invitationByToken(reader, hashOf(token)) : undefined;
  if (!row) throw new MailError('invitation.not_found');
  const settings = await settingsIn(reader, row.tenant_id);
  const state = stateOf(row, now);
  if (!settings.open) throw new MailError('invitation.closed', { state: 'closed' });
  if (state !== 'open') throw new MailError('invitation.closed', { state });
  return row;
}
