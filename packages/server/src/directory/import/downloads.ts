import { timingSafeEqual } from 'node:crypto';
import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { type ImportRowRow, importedRows, importRows } from '../../store/system/sharing/imports.ts';
import type { DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { requireBatch, storedCells, storedOptions, toRow } from './batch.ts';
import { headingOf, importFields } from './columns.ts';
import { sheetLimits } from './files/limits.ts';
import { writeCsv, writeXlsx } from './files/write-sheet.ts';
import { activationToken, firstPassword, importSecretHash } from './first-password.ts';

export type SheetFormat = 'csv' | 'xlsx';

function write(rows: readonly (readonly string[])[], format: SheetFormat): Promise<Uint8Array> {
  return format === 'xlsx' ? writeXlsx(rows) : Promise.resolve(writeCsv(rows));
}

/** An empty file with the headings of an import. */
export async function importTemplate(language: Language, format: SheetFormat): Promise<Uint8Array> {
  return write([importFields.map(field => headingOf(field, language))], format);
}

async function wrongRows(reader: SqlReader, scope: Scope, id: number): Promise<ImportRowRow[]> {
  return importRows(reader, scope.tenantId, id, { after: 0, limit: sheetLimits.rows, wrong: true });
}

/**
 * The rows that were left out, with what is wrong with each: to be put right and imported again. Needs `members:view`.
 * Throws `access.denied`, `import.not_found`.
 */
export async function importErrorFile(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  language: Language,
  format: SheetFormat,
): Promise<Uint8Array> {
  requireAdministration(scope, 'members', 'view');
  const rows = await ctx.database.of(scope.tenantId).read(async reader => {
    await requireBatch(reader, scope, id);
    return wrongRows(reader, scope, id);
  });
  const phrases = createPhrases(language);
  const lines = rows.map(row => {
    const { cells, problems } = toRow(row);
    const words = problems.map(({ field, code, suggestion }) => {
      const heading = headingOf(field, language);
      const what = `${heading}: ${phrases.say(`import.problem.${code}`)}`;
      return suggestion === undefined
        ? what
        : `${what} (${phrases.say('import.suggestion', { suggestion })})`;
    });
    return [...importFields.map(field => cells[field]), words.join('; ')];
  });
  const head = [...importFields.map(field => headingOf(field, language)), phrases.say('import.problems')];
  return write([head, ...lines], format);
}

/**
 * Names, addresses and first passwords of the members that an import made, or their activation links below `linksAt`
 * (`https://mail.example.com/activate/`), for whoever has the key that running it
 * answered. Needs `members:manage`. Throws `access.denied`, also for a wrong key, and `import.not_found`.
 */
export async function importPasswordFile(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  key: string,
  language: Language,
  format: SheetFormat,
  linksAt = '/activate/',
): Promise<Uint8Array> {
  requireAdministration(scope, 'members', 'manage');
  const { rows, links } = await ctx.database.of(scope.tenantId).transact(async tx => {
    const batch = await requireBatch(tx, scope, id);
    const given = Buffer.from(importSecretHash(key));
    const stored = Buffer.from(batch.secret_hash);
    if (given.length !== stored.length || !timingSafeEqual(given, stored)) {
      throw new MailError('access.denied', { need: 'key of the import' });
    }
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.import_passwords_read',
      targetKind: 'import',
      target: batch.file_name,
      details: { id },
    });
    const { links: wanted = false } = storedOptions(batch);
    return { rows: await importedRows(tx, scope.tenantId, id), links: wanted };
  });
  const head = [headingOf('name', language), headingOf('address', language)];
  const lines = rows.map(row => {
    const { cells, address } = storedCells(row);
    const secret = links
      ? `${linksAt}${activationToken(key, id, row.line)}`
      : firstPassword(key, id, row.line);
    return [cells.name, address, secret];
  });
  const heading = createPhrases(language).say(links ? 'import.activation_link' : 'import.first_password');
  return write([[...head, heading], ...lines], format);
}
