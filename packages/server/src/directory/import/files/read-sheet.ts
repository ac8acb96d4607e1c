import { MailError } from '../../../platform/errors.ts';
import { type Sheet, sheetLimits } from './limits.ts';
import { readCsv } from './read-csv.ts';
import { readXlsx } from './read-xlsx.ts';

/**
 * Reads a spreadsheet, an Excel workbook or CSV, told apart by its first bytes. Throws `import.unreadable`,
 * `limit.exceeded`.
 */
export async function readSheet(bytes: Uint8Array): Promise<Sheet> {
  if (bytes.length > sheetLimits.fileOctets)
    throw new MailError('import.unreadable', { reason: 'too large' });
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readXlsx(bytes);
  // Workbooks of Excel 97 and encrypted ones are OLE files.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf)
    throw new MailError('import.unreadable', { reason: 'old format' });
  if (bytes.includes(0) && !(bytes[0] === 0xff || bytes[0] === 0xfe)) {
    throw new MailError('import.unreadable', { reason: 'not a table' });
  }
  return readCsv(bytes);
}
