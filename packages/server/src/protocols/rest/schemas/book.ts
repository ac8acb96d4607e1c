import { type TUnsafe, Type } from 'typebox';
import type { BookDepartment, BookEntry } from '../../../directory/book/book.ts';
import { profileFields } from '../../../directory/company/policies.ts';
import { named, nullable, object } from '../kit/schema.ts';

export interface BookEntryAnswer {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly departments: readonly {
    readonly id: number;
    readonly path: readonly string[];
    readonly leader: boolean;
  }[];
  readonly fields: BookEntry['fields'];
}

export const bookEntrySchema: TUnsafe<BookEntryAnswer> = named<BookEntryAnswer>('BookEntry')(
  object({
    id: Type.Integer(),
    name: Type.String(),
    address: Type.String(),
    departments: Type.Array(
      object({ id: Type.Integer(), path: Type.Array(Type.String()), leader: Type.Boolean() }),
    ),
    fields: object(
      {
        englishName: Type.Optional(Type.String()),
        jobTitle: Type.Optional(Type.String()),
        mobile: Type.Optional(Type.String()),
        phone: Type.Optional(Type.String()),
        employeeNumber: Type.Optional(Type.String()),
        gender: Type.Optional(Type.String()),
      },
      { description: `What the company shows of ${profileFields.join(', ')}` },
    ),
  }),
);

export function bookEntryAnswer({ accountId, departments, ...rest }: BookEntry): BookEntryAnswer {
  return {
    ...rest,
    id: accountId,
    departments: departments.map(({ departmentId, path, leader }) => ({ id: departmentId, path, leader })),
  };
}

export interface BookDepartmentAnswer {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
  readonly people: number;
}

export const bookDepartmentSchema: TUnsafe<BookDepartmentAnswer> = named<BookDepartmentAnswer>(
  'BookDepartment',
)(
  object({
    id: Type.Integer(),
    parentId: nullable(Type.Integer()),
    name: Type.String(),
    people: Type.Integer({ description: 'Directly in it, whom the caller sees' }),
  }),
);

export function bookDepartmentAnswer({ departmentId, ...rest }: BookDepartment): BookDepartmentAnswer {
  return { id: departmentId, ...rest };
}
