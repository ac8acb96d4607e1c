import type { SqlValue } from './port.ts';

/** Values as both engines keep them: PostgreSQL has no NUL in text. */
function valueText(value: SqlValue): string {
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  if (typeof value === 'string') return `s${value.replaceAll('\0', '\uFFFD')}`;
  return value === null ? 'n' : `i${value}`;
}

/** A row as text that is the same if and only if the rows are, whichever engine they come from. */
export function rowText(row: readonly SqlValue[]): string {
  return row.map(value => valueText(value).replaceAll('\\', '\\\\').replaceAll('|', '\\p')).join('|');
}
