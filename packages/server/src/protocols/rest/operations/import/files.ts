import { Readable } from 'node:stream';
import { Type } from 'typebox';
import {
  importErrorFile,
  importPasswordFile,
  importTemplate,
  type SheetFormat,
} from '../../../../directory/import/downloads.ts';
import { type Download, download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageLink } from '../../kit/page-link.ts';
import { identifier, object } from '../../kit/schema.ts';
import { format, spreadsheetTypes } from './schema.ts';

const place = {
  tag: 'Import of members',
  function: 'members',
  download: [spreadsheetTypes.xlsx, spreadsheetTypes.csv],
} as const;
const params = object({ id: identifier('Import') });

async function sheet(
  name: string,
  wanted: SheetFormat | undefined,
  make: (format: SheetFormat) => Promise<Uint8Array>,
): Promise<Download> {
  const chosen = wanted ?? 'xlsx';
  const bytes = await make(chosen);
  return download(
    spreadsheetTypes[chosen],
    `${name}.${chosen}`,
    Readable.from([bytes], { objectMode: false }),
  );
}

export const importsTemplate: Operation = defineOperation({
  ...place,
  id: 'imports.template',
  method: 'GET',
  path: '/import-template',
  summary: 'An empty spreadsheet with the headings of an import',
  query: object({ format }),
  run: (_ctx, call) => sheet('members', call.query.format, chosen => importTemplate(call.language, chosen)),
});

export const importsErrors: Operation = defineOperation({
  ...place,
  id: 'imports.errors',
  method: 'GET',
  path: '/imports/{id}/errors',
  summary: 'The rows that were left out, with what is wrong with each',
  params,
  query: object({ format }),
  run: (ctx, { scope, params: { id }, query, language }) =>
    sheet(`import-${id}-errors`, query.format, chosen =>
      importErrorFile(ctx.directory, scope, id, language, chosen),
    ),
});

export const importsPasswords: Operation = defineOperation({
  ...place,
  id: 'imports.passwords',
  method: 'POST',
  path: '/imports/{id}/passwords',
  summary: 'Names, addresses and first passwords, or activation links, of the members that it made',
  secret: true,
  params,
  body: object({
    key: Type.String({ maxLength: 100, description: '`passwordKey` of the run' }),
    format,
    origin: Type.Optional(
      Type.String({
        maxLength: 300,
        description: 'Where the webmail is, `https://mail.example.com`: for links',
      }),
    ),
  }),
  run: (ctx, { scope, params: { id }, body, language }) =>
    sheet(`import-${id}-passwords`, body.format, chosen => {
      const linksAt = body.origin === undefined ? '/activate/' : pageLink(body.origin, '/activate/');
      return importPasswordFile(ctx.directory, scope, id, body.key, language, chosen, linksAt);
    }),
});
