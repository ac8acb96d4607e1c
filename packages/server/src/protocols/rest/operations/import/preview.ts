import { Buffer } from 'node:buffer';
import { Type } from 'typebox';
import { getImport, listImportRows, listImports } from '../../../../directory/import/batch.ts';
import { sheetLimits } from '../../../../directory/import/files/limits.ts';
import { previewImport } from '../../../../directory/import/preview.ts';
import { reviseImport } from '../../../../directory/import/revise.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { importAnswer, importRowSchema, importSchema, spreadsheetTypes } from './schema.ts';

const place = { tag: 'Import of members', function: 'members' } as const;

export const importsPreview: Operation = defineOperation({
  ...place,
  id: 'imports.preview',
  method: 'POST',
  path: '/imports',
  summary: 'Reads a spreadsheet of people and says what would come of each row',
  query: object({
    fileName: Type.Optional(Type.String({ maxLength: 200 })),
    domain: Type.Optional(Type.String({ maxLength: 255, description: 'Of addresses that name none' })),
    createDepartments: Type.Optional(
      Type.Boolean({ description: 'Make those that are missing; true when left out' }),
    ),
  }),
  upload: {
    types: [spreadsheetTypes.csv, spreadsheetTypes.xlsx, 'application/octet-stream'],
    maxOctets: sheetLimits.fileOctets,
  },
  response: importSchema,
  async run(ctx, call) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of call.upload as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { fileName = '', ...options } = call.query;
    const file = { name: fileName, bytes: Buffer.concat(chunks) };
    const batch = await previewImport(ctx.imports, call.scope, file, options);
    return created(importAnswer(batch), `/imports/${batch.id}`);
  },
});

export const importsList: Operation = defineOperation({
  ...place,
  id: 'imports.list',
  method: 'GET',
  path: '/imports',
  summary: 'Imports, newest first',
  query: object({ ...paging }),
  response: pageOf(importSchema),
  run: async (ctx, call) => paged(await listImports(ctx.directory, call.scope, call.query), importAnswer),
});

export const importsGet: Operation = defineOperation({
  ...place,
  id: 'imports.get',
  method: 'GET',
  path: '/imports/{id}',
  summary: 'One import with how far it has come',
  params: object({ id: identifier('Import') }),
  response: importSchema,
  run: async (ctx, call) => importAnswer(await getImport(ctx.directory, call.scope, call.params.id)),
});

export const importsRows: Operation = defineOperation({
  ...place,
  id: 'imports.rows',
  method: 'GET',
  path: '/imports/{id}/rows',
  summary: 'Rows of an import by line',
  params: object({ id: identifier('Import') }),
  query: object({
    ...paging,
    wrong: Type.Optional(Type.Boolean({ description: 'Only those with problems' })),
  }),
  response: pageOf(importRowSchema),
  run: async (ctx, { scope, params, query }) =>
    paged(await listImportRows(ctx.directory, scope, params.id, query), row => row),
});

const cell = Type.Optional(Type.String({ maxLength: sheetLimits.cell }));

export const importsRevise: Operation = defineOperation({
  ...place,
  id: 'imports.revise',
  method: 'PATCH',
  path: '/imports/{id}/rows',
  summary: 'Corrects cells of a preview and checks all rows again',
  params: object({ id: identifier('Import') }),
  body: object({
    rows: Type.Array(
      object({
        line: Type.Integer({ minimum: 1 }),
        cells: object(
          {
            name: cell,
            userId: cell,
            address: cell,
            mobile: cell,
            departments: cell,
            jobTitle: cell,
            phone: cell,
            employeeNumber: cell,
            englishName: cell,
            gender: cell,
          },
          { description: 'Those that are left out stay' },
        ),
      }),
      { minItems: 1, maxItems: 200 },
    ),
  }),
  response: importSchema,
  run: async (ctx, { scope, params, body }) =>
    importAnswer(await reviseImport(ctx.imports, scope, params.id, body.rows)),
});
