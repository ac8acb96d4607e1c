import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  deleteOutsideContact,
  insertOutsideContact,
  type OutsideContactRow,
  outsideContactByAddress,
  outsideContactById,
  outsideContactCount,
  outsideContactPage,
  outsideGroupById,
  updateOutsideContact,
} from '../../store/system/sharing/outside-contacts.ts';
import { addressKey, requireAddress } from '../address.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from '../paging.ts';
import { joinTexts, nameText, searchedText } from '../profiles/search-text.ts';
import {
  outsideContactLimits as limits,
  type NewOutsideContact,
  type OutsideContact,
  type OutsideContactText,
} from './types.ts';

function toContact(row: OutsideContactRow): OutsideContact {
  return {
    id: row.id,
    groupId: row.group_id === 0 ? null : row.group_id,
    name: row.name,
    address: row.address,
    organisation: row.organisation,
    jobTitle: row.job_title,
    mobile: row.mobile,
    phone: row.phone,
    note: row.note,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function requireText(field: string, text: string, max: number): string {
  const cleaned = text.normalize('NFC').trim();
  // A note may have several lines.
  const plain = field === 'note' ? cleaned.replaceAll(/[\n\r\t]/g, '') : cleaned;
  if (cleaned.length > max || /\p{Cc}|\p{Cs}/u.test(plain))
    throw new MailError('input.invalid', { field, max });
  return cleaned;
}

const empty: OutsideContactText = {
  groupId: null,
  name: '',
  address: '',
  organisation: '',
  jobTitle: '',
  mobile: '',
  phone: '',
  note: '',
};

/** Everything of a row but who it is, checked. Not inside a transaction. Throws `address.invalid`, `input.invalid`. */
async function prepared(
  wanted: Partial<OutsideContactText>,
  before: OutsideContactText,
): Promise<Omit<OutsideContactRow, 'tenant_id' | 'id' | 'created_at' | 'updated_at'>> {
  const text = (field: 'name' | 'organisation' | 'jobTitle' | 'mobile' | 'phone'): string =>
    requireText(field, wanted[field] ?? before[field], limits.text);
  const parsed = requireAddress((wanted.address ?? before.address).trim());
  const address = `${parsed.local}@${parsed.domain}`;
  const name = text('name') || parsed.local;
  const found = await nameText(name);
  const fields = [text('organisation'), text('jobTitle'), text('mobile'), text('phone')] as const;
  return {
    group_id: (wanted.groupId === undefined ? before.groupId : wanted.groupId) ?? 0,
    name,
    address,
    address_key: addressKey(parsed),
    organisation: fields[0],
    job_title: fields[1],
    mobile: fields[2],
    phone: fields[3],
    note: requireText('note', wanted.note ?? before.note, limits.note),
    sort_key: found.sortKey,
    search_text: joinTexts([found.text, address, ...fields]),
  };
}

async function requireGroup(reader: SqlReader, scope: Scope, groupId: number): Promise<void> {
  if (groupId === 0 || (await outsideGroupById(reader, scope.tenantId, groupId))) return;
  throw new MailError('input.invalid', { field: 'groupId' });
}

async function requireContact(reader: SqlReader, scope: Scope, id: number): Promise<OutsideContactRow> {
  const row = await outsideContactById(reader, scope.tenantId, id);
  if (!row) throw new MailError('contact.not_found', { id });
  return row;
}

async function record(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  what: 'created' | 'changed' | 'removed',
  target: string,
  details: { readonly before?: OutsideContact; readonly after?: OutsideContact },
): Promise<void> {
  const action = `outside_contact.${what}`;
  await recordOperation(tx, ctx.clock, scope, { action, targetKind: 'outside_contact', target, details });
}

/** Adds a contact. Needs `members:manage`. Throws `access.denied`, `address.invalid`, `input.invalid`, `conflict.exists`, `limit.exceeded`. */
export async function addOutsideContact(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: NewOutsideContact,
): Promise<OutsideContact> {
  requireAdministration(scope, 'members', 'manage');
  const fields = await prepared(wanted, empty);
  const now = ctx.clock.now();
  return change(ctx, scope.tenantId, async tx => {
    await requireGroup(tx, scope, fields.group_id);
    if ((await outsideContactCount(tx, scope.tenantId)) >= limits.contacts) {
      throw new MailError('limit.exceeded', { limit: 'outsideContacts', max: limits.contacts });
    }
    const row: OutsideContactRow = {
      ...fields,
      tenant_id: scope.tenantId,
      id: await nextId(tx, 'outside_contact'),
      created_at: now,
      updated_at: now,
    };
    if (!(await insertOutsideContact(tx, row)))
      throw new MailError('conflict.exists', { address: row.address });
    await record(ctx, tx, scope, 'created', row.address, { after: toContact(row) });
    return toContact(row);
  });
}

/** Changes what is named. Throws as `addOutsideContact`, and `contact.not_found`. */
export async function changeOutsideContact(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  wanted: Partial<OutsideContactText>,
): Promise<OutsideContact> {
  requireAdministration(scope, 'members', 'manage');
  const known = await requireContact(ctx.database.of(scope.tenantId), scope, id);
  const fields = await prepared(wanted, toContact(known));
  return change(ctx, scope.tenantId, async tx => {
    const before = await requireContact(tx, scope, id);
    await requireGroup(tx, scope, fields.group_id);
    const holder = await outsideContactByAddress(tx, scope.tenantId, fields.address_key);
    if (holder && holder.id !== id) throw new MailError('conflict.exists', { address: fields.address });
    const row: OutsideContactRow = { ...before, ...fields, updated_at: ctx.clock.now() };
    await updateOutsideContact(tx, row);
    await record(ctx, tx, scope, 'changed', row.address, {
      before: toContact(before),
      after: toContact(row),
    });
    return toContact(row);
  });
}

/** Removes a contact. Throws `access.denied`, `contact.not_found`. */
export async function removeOutsideContact(ctx: DirectoryContext, scope: Scope, id: number): Promise<void> {
  requireAdministration(scope, 'members', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const before = await requireContact(tx, scope, id);
    await deleteOutsideContact(tx, scope.tenantId, id);
    await record(ctx, tx, scope, 'removed', before.address, { before: toContact(before) });
  });
}

/** One contact, for everybody of the company. Throws `contact.not_found`. */
export async function getOutsideContact(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
): Promise<OutsideContact> {
  return toContact(await requireContact(ctx.database.of(scope.tenantId), scope, id));
}

/**
 * The company's contacts by name, for everybody of it (CON-04): of one group, of none (`groupId` 0), or all; `search` is
 * looked for in name (also in pinyin), address, organisation and numbers. Throws `input.invalid`.
 */
export async function listOutsideContacts(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest & { readonly groupId?: number; readonly search?: string },
): Promise<Page<OutsideContact>> {
  const limit = requireLimit(page.limit);
  const [sortKey = '', id = '0'] = readCursor(page.cursor, 2) ?? [];
  const search = searchedText(page.search ?? '').replaceAll(/[\\%_]/g, '\\$&');
  const rows = await outsideContactPage(ctx.database.of(scope.tenantId), scope.tenantId, {
    groupId: page.groupId ?? null,
    pattern: `%${search}%`,
    after: [sortKey, Number(id)],
    limit: limit + 1,
  });
  const { items, nextCursor } = pageOf(rows, limit, row => [row.sort_key, row.id]);
  return { items: items.map(toContact), nextCursor };
}
