import {
  createDepartment,
  type Department,
  type DepartmentChange,
  listDepartments,
  removeDepartment,
  updateDepartment,
} from '../../../directory/departments/departments.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { WecomCall } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

function changeOf(input: Input): DepartmentChange {
  const name = input.optionalText('name');
  const parent = input.optionalInteger('parentid');
  const order = input.optionalInteger('order');
  return {
    ...(name !== undefined && { name }),
    ...(parent !== undefined && { parentId: parent === 1 ? null : departmentFrom(parent) }),
    ...(order !== undefined && { position: Math.max(0, order) }),
  };
}

function shown({ departmentId, parentId, name, position }: Department): Record<string, unknown> {
  return { id: departmentTo(departmentId), name, parentid: departmentTo(parentId ?? 0), order: position };
}

function requireOwn(input: Input): number {
  const id = input.integer('id');
  if (id <= 1) throw new WecomError('noDepartment', 'not a department');
  return departmentFrom(id);
}

/** Departments (part 2 of the catalogue). */
export const departmentCalls: readonly WecomCall[] = [
  {
    path: '/department/create',
    methods: ['POST'],
    done: 'created',
    async run(ctx, scope, input) {
      const wanted = { ...changeOf(input), name: input.text('name') };
      const made = await createDepartment(ctx.directory, scope, wanted);
      return { id: departmentTo(made.departmentId) };
    },
  },
  {
    path: '/department/update',
    methods: ['POST'],
    done: 'updated',
    async run(ctx, scope, input) {
      await updateDepartment(ctx.directory, scope, requireOwn(input), changeOf(input));
      return undefined;
    },
  },
  {
    path: '/department/delete',
    methods: ['GET'],
    done: 'deleted',
    async run(ctx, scope, input) {
      if (input.integer('id') === 1) throw new WecomError('rootDepartment', 'the root is not deleted');
      try {
        await removeDepartment(ctx.directory, scope, requireOwn(input));
      } catch (error) {
        if (!isMailError(error, 'conflict.state')) throw error;
        const name = 'members' in error.fields ? 'departmentHasMembers' : 'departmentHasDepartments';
        throw new WecomError(name, error.message);
      }
      return undefined;
    },
  },
  {
    path: '/department/list',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const top = departmentFrom(input.optionalInteger('id') ?? 1);
      const all = await listDepartments(ctx.directory, scope);
      const below = new Set([top]);
      // Parents come before children in depth, not in the list: walk until nothing is added.
      for (let size = 0; size < below.size; ) {
        size = below.size;
        for (const one of all) if (below.has(one.parentId ?? 0)) below.add(one.departmentId);
      }
      return { department: all.filter(one => below.has(one.departmentId)).map(shown) };
    },
  },
  {
    path: '/department/search',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const name = input.text('name');
      const fuzzy = input.optionalInteger('fuzzy') === 1;
      const found = (await listDepartments(ctx.directory, scope)).filter(one =>
        fuzzy ? one.name.includes(name) : one.name === name,
      );
      return { department: found.map(one => ({ ...shown(one), path: one.path.join('/') })) };
    },
  },
];
