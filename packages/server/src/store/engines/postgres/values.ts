import type { CustomTypesConfig } from 'pg';
import { MailError } from '../../../platform/errors.ts';
import type { SqlValue } from '../../sql/port.ts';

/** Types of PostgreSQL by their number in `pg_type` (src/include/catalog/pg_type.dat); what is not here comes as text. */
const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  numeric: 1700,
};

/** A whole number the port may hand out. Throws `store.corrupt` beyond 2^53: a rounded number would be a lie. */
export function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new MailError('store.corrupt', { reason: 'number beyond 2^53' });
  return value;
}

/** NUMERIC is what SUM of BIGINT gives: mostly whole. */
function parseNumeric(text: string): number {
  return text.includes('.') ? Number(text) : parseInteger(text);
}

/** BYTEA in the hex form that servers send since 9.0. */
export function parseBytes(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new MailError('store.corrupt', { reason: 'bytea format' });
  // Copied: the driver's small buffers are windows on a shared one, and a plain array is what SQLite gives.
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

const parsers = new Map<number, (text: string) => SqlValue>([
  // No column is BOOLEAN; a comparison that is selected is one, and SQLite says 1 and 0.
  [oid.bool, text => (text === 't' ? 1 : 0)],
  [oid.bytea, parseBytes],
  [oid.int2, parseInteger],
  [oid.int4, parseInteger],
  [oid.int8, parseInteger],
  [oid.oid, parseInteger],
  [oid.float4, Number],
  [oid.float8, Number],
  [oid.numeric, parseNumeric],
]);

const asText = (text: string): SqlValue => text;

/** How the driver turns columns into `SqlValue`. */
export const columnTypes: CustomTypesConfig = {
  getTypeParser: ((type: number) => parsers.get(type) ?? asText) as CustomTypesConfig['getTypeParser'],
};

/** The sign for "a character that cannot be kept" (Unicode 16 §23.8). */
const replacement = '\uFFFD';

/**
 * Parameters as the driver takes them. PostgreSQL keeps no U+0000 in text, SQLite does: it becomes U+FFFD, so that a
 * message with one in its subject can be filed all the same. Bytes go as they are.
 */
export function bind(parameters: readonly SqlValue[]): SqlValue[] {
  return parameters.map(value =>
    typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', replacement) : value,
  );
}
