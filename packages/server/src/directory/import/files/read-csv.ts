import papaparse from 'papaparse';
import { MailError } from '../../../platform/errors.ts';
import { type Sheet, sheetLimits } from './limits.ts';
import { cleanCell } from './text.ts';

/** Text of a file: UTF-8 with or without a mark, UTF-16 with one, else GB 18030, which GBK is part of. */
function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** What stands between cells: of comma, semicolon and tab the one that the first lines have most of. */
function delimiterOf(text: string): string {
  const start = text.slice(0, 10_000);
  let best = ',';
  let most = 0;
  for (const delimiter of [',', ';', '\t']) {
    const count = start.split(delimiter).length - 1;
    if (count > most) {
      most = count;
      best = delimiter;
    }
  }
  return best;
}

/** Reads a CSV file: commas, semicolons or tabs between cells. Throws `import.unreadable`, `limit.exceeded`. */
export function readCsv(bytes: Uint8Array): Sheet {
  const text = decode(bytes);
  const { data } = papaparse.parse<string[]>(text, {
    skipEmptyLines: false,
    delimiter: delimiterOf(text),
    // One row more than the limit tells that there are too many.
    preview: sheetLimits.rows + 2,
  });
  const rows = data.map((cells, index) => ({
    line: index + 1,
    cells: cells.slice(0, sheetLimits.columns).map(cleanCell),
  }));
  const filled = rows.filter(row => row.cells.some(cell => cell !== ''));
  if (filled.length > sheetLimits.rows + 1) {
    throw new MailError('limit.exceeded', { limit: 'importRows', max: sheetLimits.rows });
  }
  return filled;
}
