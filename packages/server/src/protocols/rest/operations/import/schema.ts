import { type TOptional, type TUnsafe, Type } from 'typebox';
import type { ImportBatch, ImportRow } from '../../../../directory/import/batch.ts';
import { importFields } from '../../../../directory/import/columns.ts';
import { importProblemCodes } from '../../../../directory/import/problems.ts';
import { identifier, moment, named, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

export const spreadsheetTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export const format: TOptional<TUnsafe<'csv' | 'xlsx'>> = Type.Optional(
  oneOf(['csv', 'xlsx'], { description: 'xlsx when left out' }),
);

type BatchAnswer = Omit<ImportBatch, 'createdAt' | 'finishedAt'> & {
  readonly createdAt: string;
  readonly finishedAt: string | null;
};

export const importSchema: TUnsafe<BatchAnswer> = named<BatchAnswer>('Import')(
  object({
    id: identifier('Import'),
    fileName: Type.String(),
    state: oneOf(['previewed', 'running', 'done', 'undone']),
    createDepartments: Type.Boolean(),
    links: Type.Boolean({ description: 'Activation links in place of first passwords' }),
    total: Type.Integer({ description: 'Rows of the file' }),
    created: Type.Integer(),
    failed: Type.Integer({ description: 'Rows with problems; they are left out' }),
    createdBy: Type.String(),
    createdAt: moment(),
    finishedAt: nullable(moment()),
  }),
);

export function importAnswer(batch: ImportBatch): BatchAnswer {
  const { createdAt, finishedAt } = batch;
  return {
    ...batch,
    createdAt: momentOf(createdAt),
    finishedAt: finishedAt === null ? null : momentOf(finishedAt),
  };
}

export const importRowSchema: TUnsafe<ImportRow> = named<ImportRow>('ImportRow')(
  object({
    line: Type.Integer({ description: 'Number of the line in the file' }),
    cells: object({
      name: Type.String(),
      userId: Type.String(),
      address: Type.String(),
      mobile: Type.String(),
      departments: Type.String(),
      jobTitle: Type.String(),
      phone: Type.String(),
      employeeNumber: Type.String(),
      englishName: Type.String(),
      gender: Type.String(),
    }),
    address: Type.String({ description: 'What the member will have' }),
    generated: Type.Boolean({ description: 'The address was made from the name' }),
    problems: Type.Array(
      object({
        field: oneOf(importFields),
        code: oneOf(importProblemCodes),
        suggestion: Type.Optional(Type.String({ description: 'What would do instead' })),
      }),
    ),
    accountId: nullable(Type.Integer()),
  }),
);
