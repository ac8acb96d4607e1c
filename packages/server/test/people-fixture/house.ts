import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { place } from '@hongyan/testkit/stores/databases.ts';
import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
} from '../../src/access/administration.ts';
import { ownScope, type Scope, tenantScope } from '../../src/access/scope.ts';
import { type DirectoryContext } from '../../src/directory/context.ts';
import { createDepartment } from '../../src/directory/departments/departments.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { createMember, type NewMember } from '../../src/directory/members/create.ts';
import { type Member } from '../../src/directory/members/member.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

export interface House {
  readonly path: string;
  readonly clock: FakeClock;
  readonly ctx: DirectoryContext;
  readonly directory: Directory;
  readonly scope: Scope;
  readonly member: (local: string, more?: Partial<NewMember>) => Promise<Member>;
  readonly department: (name: string, parentId?: number) => Promise<number>;
  /** What the operation log has. */
  readonly actions: () => Promise<string[]>;
}

const readActions = statement('SELECT action FROM operation WHERE tenant_id = $1 ORDER BY id');

export async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-people-'));
  const path = join(folder, 'system.db');
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(path), clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const scope = tenantScope((await directory.createTenant('鸿雁')).tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await run({
      path,
      clock,
      ctx,
      directory,
      scope,
      member: (local, more = {}) => createMember(ctx, scope, { address: `${local}@hongyan.test`, ...more }),
      department: async (name, parentId) =>
        (await createDepartment(ctx, scope, { name, ...(parentId && { parentId }) })).departmentId,
      actions: async () =>
        (await database.of(scope.tenantId).all<{ action: string }>(readActions, scope.tenantId)).map(
          row => row.action,
        ),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const refused = (work: Promise<unknown>, code: Parameters<typeof isMailError>[1]): Promise<void> =>
  assert.rejects(work, error => isMailError(error, code));

export async function allRefused(
  code: Parameters<typeof isMailError>[1],
  works: readonly Promise<unknown>[],
): Promise<void> {
  await Promise.all(works.map(work => refused(work, code)));
}

export function memberScope(member: Member): Scope {
  return ownScope({
    kind: 'account',
    tenantId: member.tenantId,
    accountId: member.accountId,
    login: member.address,
  });
}

export function graded(
  member: Member,
  departments: readonly number[],
  functions: readonly AdminFunction[] = adminFunctions,
  access: AdminAccess = 'manage',
): Scope {
  const administration: Administration = {
    role: 'scoped',
    functions: new Map(functions.map(name => [name, access])),
    departments: new Set(departments),
  };
  return { ...memberScope(member), accountId: 0, administration };
}
