import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tool.ts';

/** One line of specs/rfc.tsv. */
export interface RfcRow {
  readonly number: string;
  readonly status: 'yes' | 'partly' | 'no';
  readonly title: string;
  /** Path in the repository where the support lives; empty for `no`. */
  readonly where: string;
  readonly note: string;
}

/** Reads specs/rfc.tsv: number, status, title, where, note, separated by tabs. */
export function readRfcIndex(): RfcRow[] {
  const lines = readFileSync(join(root, 'specs/rfc.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return lines.map(line => {
    const [number = '', status = '', title = '', where = '', note = ''] = line.split('\t');
    return { number, status: status as RfcRow['status'], title, where, note };
  });
}

/** RFC numbers that the source names, with one file that does. */
function mentioned(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    for (const match of readFileSync(join(root, file), 'utf8').matchAll(/\bRFC (\d{3,5})\b/g)) {
      if (match[1] && !found.has(match[1])) found.set(match[1], file);
    }
  }
  return found;
}

/** Every RFC the source names has a line, every line is well formed, sorted and points at something that exists. */
export async function checkRfcIndex(): Promise<string | null> {
  const problems: string[] = [];
  const rows = readRfcIndex();
  let last = 0;
  for (const row of rows) {
    const number = Number(row.number);
    if (!(number > last)) problems.push(`RFC ${row.number}: out of order or twice`);
    last = number;
    if (!['yes', 'partly', 'no'].includes(row.status))
      problems.push(`RFC ${row.number}: status ${row.status}`);
    if (row.status === 'no' ? row.note === '' : !existsSync(join(root, row.where)) || row.where === '') {
      problems.push(
        `RFC ${row.number}: ${row.status === 'no' ? 'say why not' : `${row.where || 'where'} does not exist`}`,
      );
    }
    if (row.status === 'partly' && row.note === '') problems.push(`RFC ${row.number}: say what is missing`);
  }
  const known = new Set(rows.map(row => row.number));
  for (const [number, file] of mentioned()) {
    if (!known.has(number))
      problems.push(`RFC ${number} is named in ${file} but has no line in specs/rfc.tsv`);
  }
  return problems.length ? problems.join('\n') : null;
}
