import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { type ProfileField, policiesOf } from '../company/policies.ts';
import type { DirectoryContext } from '../context.ts';
import { treeOf } from '../departments/tree.ts';
import { listMembers } from '../members/list.ts';
import { pageLimits } from '../paging.ts';
import { searchBook } from './book.ts';
import { csvLine } from './csv.ts';

const fields = [
  'englishName',
  'jobTitle',
  'mobile',
  'phone',
  'employeeNumber',
  'gender',
] as const satisfies readonly ProfileField[];

/** First line of an export: names of the columns, the same in every language, so that it can be imported again. */
const heading = csvLine(['name', 'address', 'departments', ...fields]);

/**
 * The members in reach as CSV (RFC 4180, UTF-8), a piece at a time (DIR-12). Needs `directoryVisibility:view` and
 * `members:view`. Throws `access.denied`.
 */
export async function* exportMembers(
  ctx: DirectoryContext,
  scope: Scope,
): AsyncGenerator<string, void, undefined> {
  requireAdministration(scope, 'directoryVisibility', 'view');
  requireAdministration(scope, 'members', 'view');
  const tree = await treeOf(ctx, scope.tenantId);
  yield heading;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await listMembers(ctx, scope, { cursor, limit: pageLimits.most });
    const lines = page.items.map(member => {
      const paths = member.departments.map(place => tree.pathOf(place.departmentId).join('/'));
      return csvLine([
        member.name,
        member.address,
        paths.join(';'),
        ...fields.map(field => member[field] ?? ''),
      ]);
    });
    yield lines.join('');
    cursor = page.nextCursor;
  }
}

/** The address book as the member sees it, when the company lets members export it (DIR-12). Throws `conflict.state` otherwise. */
export async function* exportBook(
  ctx: DirectoryContext,
  scope: Scope,
): AsyncGenerator<string, void, undefined> {
  const policies = await policiesOf(ctx, scope.tenantId);
  if (!policies.memberExport) throw new MailError('conflict.state', { reason: 'export is off' });
  yield heading;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await searchBook(ctx, scope, { cursor, limit: pageLimits.most });
    const lines = page.items.map(entry => {
      const paths = entry.departments.map(place => place.path.join('/'));
      return csvLine([
        entry.name,
        entry.address,
        paths.join(';'),
        ...fields.map(field => entry.fields[field] ?? ''),
      ]);
    });
    yield lines.join('');
    cursor = page.nextCursor;
  }
}
