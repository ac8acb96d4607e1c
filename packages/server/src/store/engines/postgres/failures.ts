import { type ErrorCode, isMailError, MailError } from '../../../platform/errors.ts';

/** The SQLSTATE of a failure (PostgreSQL 15, appendix A), or null when the server did not say it. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : null;
}

/** What the driver says by message only when a connection is gone or cannot be had. */
const lostMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout exceeded when trying to connect',
  'The server does not support SSL connections',
];
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** States after which a connection must not be used again: shutdown, failover, time-outs of the session. */
const endsConnection = /^(08...|57P0[1-5]|25P03|25006|0A000)$/;

/** Whether the connection is of no use any more. */
export function isLost(error: unknown): boolean {
  if (isMailError(error)) return false;
  const state = sqlState(error);
  if (state) return endsConnection.test(state) && (state !== '0A000' || isStalePlan(error));
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && lostCodes.has(error.code)) return true;
  return lostMessages.some(message => error.message.startsWith(message));
}

/** A prepared statement made before another node changed the schema: a new connection prepares it anew. */
function isStalePlan(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('cached plan');
}

/** Serialization failure, deadlock, too many connections: the same again may work at once. */
const passing = new Set(['40001', '40P01', '53300']);

/** Whether the whole transaction is worth running again. */
export function isPassing(error: unknown): boolean {
  return passing.has(sqlState(error) ?? '') || isLost(error);
}

function codeOf(error: unknown): ErrorCode | null {
  const state = sqlState(error);
  if (!state) return isLost(error) ? 'store.unavailable' : null;
  // Serialization, deadlock, connections used up, lock_timeout, statement_timeout.
  if (/^(40001|40P01|53300|55P03|57014)$/.test(state)) return 'store.busy';
  if (state === '53100') return 'store.full';
  if (/^XX00[12]$/.test(state)) return 'store.corrupt';
  // Connection, resources, operator's act, a standby, authorisation, no such database.
  if (/^(08...|53...|57...|58...|25006|25P03|28...|3D000)$/.test(state)) return 'store.unavailable';
  return null;
}

/** PostgreSQL's failure as one of the catalogue; anything else is passed on. */
export function translate(error: unknown): unknown {
  if (isMailError(error)) return error;
  const code = codeOf(error);
  if (!code) return error;
  return new MailError(code, { sqlState: sqlState(error) ?? 'none' }, { cause: error });
}
