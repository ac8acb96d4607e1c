import {
  type Administration,
  requireAdministration,
  wholeAdministration,
} from '../../access/administration.ts';
import { type PasswordContext, passwordCredentials } from '../../access/passwords.ts';
import { type Scope, tenantScope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { tenantName } from '../../store/system/people/company.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  decideRequest,
  type InvitationRow,
  insertJoinRequest,
  isAddressAwaited,
  type JoinRequestRow,
  type JoinState,
  joinRequestById,
  joinRequestPage,
  useInvitation,
  waitingRequestCount,
} from '../../store/system/sharing/invitations.ts';
import { addressKey, requireNewAddress } from '../address.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { fileMember, prepareMember } from '../members/create.ts';
import { recordOperation } from '../operations.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit, requireSearch } from '../paging.ts';
import { mobileKey } from '../profiles/profile.ts';
import { resolveAddress } from '../resolve.ts';
import type { NewCredential } from '../users.ts';
import { invitationLimits, requireOpenInvitation } from './invitations.ts';
import { type InvitationSettings, joiningDomain, settingsIn } from './settings.ts';

/** What a stranger with a link is told. */
export interface OpenInvitation {
  readonly company: string;
  /** Domain of the address that they will have, as people read it. */
  readonly domain: string;
  /** Whether an administrator decides first (DIR-06). */
  readonly approval: boolean;
  readonly expiresAt: number;
}

/** Whoever wants to join. */
export interface Applicant {
  readonly name: string;
  readonly mobile: string;
  /** What stands before the at sign. */
  readonly prefix: string;
  readonly password: string;
}

/** A request to join, as administrators see it. */
export interface JoinRequest {
  readonly id: number;
  readonly invitationId: number;
  readonly name: string;
  readonly mobile: string;
  readonly address: string;
  readonly state: JoinState;
  readonly clientAddress: string;
  readonly createdAt: number;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
  readonly accountId: AccountId | null;
}

interface Joining {
  readonly invitation: InvitationRow;
  readonly settings: InvitationSettings;
  readonly domain: { readonly name: string; readonly unicodeName: string };
}

async function requireJoining(reader: SqlReader, token: string, now: number): Promise<Joining> {
  const invitation = await requireOpenInvitation(reader, token, now);
  const settings = await settingsIn(reader, invitation.tenant_id);
  return { invitation, settings, domain: await joiningDomain(reader, invitation.tenant_id, settings) };
}

/** What the page behind a link shows (DIR-04). Throws `invitation.not_found`, `invitation.closed`. */
export async function openInvitation(ctx: DirectoryContext, token: string): Promise<OpenInvitation> {
  return ctx.database.look('sign-in').read(async reader => {
    const { invitation, settings, domain } = await requireJoining(reader, token, ctx.clock.now());
    return {
      company: (await tenantName(reader, invitation.tenant_id)) ?? '',
      domain: domain.unicodeName,
      approval: settings.approval,
      expiresAt: invitation.expires_at,
    };
  });
}

async function isFree(
  ctx: DirectoryContext,
  reader: SqlReader,
  tenantId: TenantId,
  address: string,
): Promise<boolean> {
  const parsed = requireNewAddress(address);
  if (await isAddressAwaited(reader, tenantId, addressKey(parsed))) return false;
  return (await resolveAddress(reader, ctx.limits, address)).kind === 'unknown';
}

/** Names that are tried when the wanted one is taken. */
const suggestions = 20;

/**
 * Whether a prefix can be had with this link, and if not, one that can. Throws `address.invalid` for what no address can
 * have, and as `openInvitation`.
 */
export async function checkPrefix(
  ctx: DirectoryContext,
  token: string,
  prefix: string,
): Promise<{ readonly address: string; readonly free: boolean; readonly suggestion: string | null }> {
  return ctx.database.look('sign-in').read(async reader => {
    const { invitation, domain } = await requireJoining(reader, token, ctx.clock.now());
    const tenantId = invitation.tenant_id;
    const wanted = prefix.trim();
    const address = `${wanted}@${domain.unicodeName}`;
    if (await isFree(ctx, reader, tenantId, address)) return { address, free: true, suggestion: null };
    for (let n = 2; n < 2 + suggestions; n += 1) {
      const next = `${wanted}${n}`;
      if (await isFree(ctx, reader, tenantId, `${next}@${domain.unicodeName}`)) {
        return { address, free: false, suggestion: next };
      }
    }
    return { address, free: false, suggestion: null };
  });
}

/** The server filing a member for somebody with a link. */
function joiningScope(tenantId: TenantId, invitationId: number, clientAddress: string): Scope {
  return { ...tenantScope(tenantId, `invitation ${invitationId}`), clientAddress };
}

/**
 * Joins with a link (DIR-04, DIR-06): with approval the request waits, else the applicant is a member at once. The
 * password is kept in its stored form only. Throws `invitation.not_found`, `invitation.closed`, `address.invalid`,
 * `input.invalid`, `conflict.exists`, `limit.exceeded`.
 */
export async function requestToJoin(
  ctx: DirectoryContext,
  passwords: PasswordContext,
  token: string,
  applicant: Applicant,
  clientAddress: string,
): Promise<{ readonly state: 'waiting' | 'member'; readonly address: string }> {
  const now = ctx.clock.now();
  const before = await ctx.database.look('sign-in').read(reader => requireJoining(reader, token, now));
  const address = `${applicant.prefix.trim()}@${before.domain.unicodeName}`;
  const parsed = requireNewAddress(address);
  const name = requireDisplayName(ctx, applicant.name);
  const mobile = applicant.mobile.trim();
  if (name === '') throw new MailError('input.invalid', { field: 'name' });
  if (mobileKey(mobile) === null) throw new MailError('input.invalid', { field: 'mobile' });
  const { tenant_id: tenantId, id: invitationId } = before.invitation;
  // Hashing costs: what is refused anyway is refused before it.
  if (!(await ctx.database.of(tenantId).read(reader => isFree(ctx, reader, tenantId, address)))) {
    throw new MailError('conflict.exists', { address });
  }
  const credentials = await passwordCredentials(passwords, applicant.password, [applicant.prefix, name]);
  const scope = joiningScope(tenantId, invitationId, clientAddress);
  const prepared = await prepareMember(ctx, scope, {
    address,
    name,
    mobile,
    credentials,
    departments: departmentsFor(before.settings),
  });
  return change(ctx, tenantId, async tx => {
    const { settings } = await requireJoining(tx, token, now);
    if (!(await useInvitation(tx, tenantId, invitationId, now))) throw new MailError('invitation.closed');
    if (!(await isFree(ctx, tx, tenantId, address))) throw new MailError('conflict.exists', { address });
    const row: JoinRequestRow = {
      tenant_id: tenantId,
      id: await nextId(tx, 'join_request'),
      invitation_id: invitationId,
      name,
      mobile,
      address,
      address_key: addressKey(parsed),
      secrets: settings.approval ? JSON.stringify(credentials) : '',
      state: settings.approval ? 'waiting' : 'approved',
      client_address: clientAddress,
      created_at: now,
      decided_at: settings.approval ? null : now,
      decided_by: null,
      account_id: settings.approval ? null : await fileMember(ctx, tx, scope, prepared),
    };
    if (settings.approval && (await waitingRequestCount(tx, tenantId)) >= invitationLimits.waiting) {
      throw new MailError('limit.exceeded', { limit: 'joinRequests', max: invitationLimits.waiting });
    }
    if (!(await insertJoinRequest(tx, row))) throw new MailError('conflict.exists', { address });
    await recordOperation(tx, ctx.clock, scope, {
      action: settings.approval ? 'join_request.made' : 'join_request.joined',
      targetKind: 'join_request',
      target: address,
      details: { id: row.id, name },
    });
    return { state: settings.approval ? 'waiting' : 'member', address };
  });
}

function departmentsFor(settings: InvitationSettings): readonly number[] {
  const { departmentId } = settings;
  return departmentId === null || departmentId === 0 ? [] : [departmentId];
}

function toRequest(row: JoinRequestRow): JoinRequest {
  return {
    id: row.id,
    invitationId: row.invitation_id,
    name: row.name,
    mobile: row.mobile,
    address: row.address,
    state: row.state,
    clientAddress: row.client_address,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    accountId: row.account_id,
  };
}

/** A page of requests in a state, newest first; `search` stands in name, address or number. Throws `access.denied`, `input.invalid`. */
export async function listJoinRequests(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest & { readonly state?: JoinState; readonly search?: string },
): Promise<Page<JoinRequest>> {
  requireAdministration(scope, 'invitations', 'view');
  const limit = requireLimit(page.limit);
  const before = Number(readCursor(page.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
  const state = page.state ?? 'waiting';
  const text = requireSearch(page.search);
  const rows = await joinRequestPage(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    state,
    before,
    limit + 1,
    text,
  );
  return pageOf(rows.map(toRequest), limit, request => [request.id]);
}

/** What an administrator may set otherwise than the defaults when approving. */
export interface Approval {
  readonly address?: string;
  readonly departments?: readonly number[];
}

async function requireWaiting(reader: SqlReader, tenantId: TenantId, id: number): Promise<JoinRequestRow> {
  const row = await joinRequestById(reader, tenantId, id);
  if (!row) throw new MailError('invitation.not_found', { id });
  if (row.state !== 'waiting') throw new MailError('conflict.state', { state: row.state });
  return row;
}

/** Whoever may approve may file the member, in the departments that are in reach. */
function filingScope(scope: Scope, administration: Administration): Scope {
  return {
    ...scope,
    administration: { ...wholeAdministration, role: 'scoped', departments: administration.departments },
  };
}

function actorOf(scope: Scope): string {
  return scope.principal.kind === 'account' ? scope.principal.login : scope.principal.reason;
}

async function decide(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  row: JoinRequestRow,
  decision: {
    readonly state: 'approved' | 'refused';
    readonly accountId: AccountId | null;
    readonly address: string;
  },
): Promise<JoinRequest> {
  const at = ctx.clock.now();
  const by = actorOf(scope);
  if (!(await decideRequest(tx, row, { ...decision, at, by }))) {
    throw new MailError('conflict.state', { id: row.id });
  }
  await recordOperation(tx, ctx.clock, scope, {
    action: `join_request.${decision.state}`,
    targetKind: 'join_request',
    target: decision.address,
    details: { id: row.id, name: row.name, accountId: decision.accountId },
  });
  return toRequest({ ...row, ...decision, account_id: decision.accountId, decided_at: at, decided_by: by });
}

/**
 * Makes the applicant a member, in the default department and domain unless it is said otherwise (DIR-06). Throws
 * `access.denied`, `invitation.not_found`, `conflict.state` for one that was decided, and as `createMember`.
 */
export async function approveJoinRequest(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  approval: Approval = {},
): Promise<JoinRequest> {
  const administration = requireAdministration(scope, 'invitations', 'manage');
  const { row, settings } = await ctx.database.of(scope.tenantId).read(async reader => ({
    row: await requireWaiting(reader, scope.tenantId, id),
    settings: await settingsIn(reader, scope.tenantId),
  }));
  const filing = filingScope(scope, administration);
  const address = approval.address ?? row.address;
  const prepared = await prepareMember(ctx, filing, {
    address,
    name: row.name,
    mobile: row.mobile,
    credentials: JSON.parse(row.secrets) as NewCredential[],
    departments: approval.departments ?? departmentsFor(settings),
  });
  return change(ctx, scope.tenantId, async tx => {
    await requireWaiting(tx, scope.tenantId, id);
    const accountId = await fileMember(ctx, tx, filing, prepared);
    return decide(ctx, tx, scope, row, { state: 'approved', accountId, address });
  });
}

/** Turns a request down and forgets its secrets. Throws `access.denied`, `invitation.not_found`, `conflict.state`. */
export async function refuseJoinRequest(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
): Promise<JoinRequest> {
  requireAdministration(scope, 'invitations', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const row = await requireWaiting(tx, scope.tenantId, id);
    return decide(ctx, tx, scope, row, { state: 'refused', accountId: null, address: row.address });
  });
}
