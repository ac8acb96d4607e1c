import type { AccountId } from '../../platform/ids.ts';
import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import type {
  DeliveryError,
  NewRecipient,
  RecipientDetails,
  RecipientKind,
  RecipientState,
  SpoolMessageId,
  SpoolRecipient,
  SpoolRecipientId,
} from './types.ts';

/** Recipients of one message are numbered below this. */
export const recipientsPerMessage = 65_536;

export const kindNumber: Readonly<Record<RecipientKind, number>> = { local: 0, relay: 1, bounce: 2 };
export const stateNumber: Readonly<Record<RecipientState, number>> = { queued: 0, failed: 1, held: 2 };
const kinds: readonly RecipientKind[] = ['local', 'relay', 'bounce'];
const states: readonly RecipientState[] = ['queued', 'failed', 'held'];

/** A row in column order. */
export interface RecipientRow {
  readonly id: number;
  readonly kind: number;
  readonly state: number;
  readonly due: number;
  readonly lease_owner: string | null;
  readonly attempts: number;
  readonly account_id: number | null;
  readonly destination: string;
  readonly address: string;
  readonly details: string | null;
  readonly last_error: string | null;
}

const columns =
  'id, kind, state, due, lease_owner, attempts, account_id, destination, address, details, last_error';

const insert = statement(
  `INSERT INTO spool_recipient (${columns}) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, NULL)`,
);
/** The condition is repeated outside: of two processes that choose the same rows, only one changes them. */
const claimSql = (skip: string, lock: string): string =>
  `UPDATE spool_recipient SET lease_owner = $1, due = $2
   WHERE id IN (SELECT id FROM spool_recipient WHERE kind = $3 AND state = 0 AND due <= $4 ${skip}
     ORDER BY due LIMIT $5 ${lock}) AND state = 0 AND due <= $4 RETURNING ${columns}`;
const claim = statement({
  sqlite: claimSql('AND destination NOT IN (SELECT value FROM json_each($6))', ''),
  postgres: claimSql(
    'AND destination NOT IN (SELECT jsonb_array_elements_text($6::jsonb))',
    'FOR UPDATE SKIP LOCKED',
  ),
});
const renew = statement(
  'UPDATE spool_recipient SET due = $3 WHERE id = $1 AND lease_owner = $2 AND state = 0',
);
const done = withIdLists(
  among => `DELETE FROM spool_recipient WHERE id ${among(1)} AND lease_owner = $2 RETURNING id`,
);
const retry = statement(
  `UPDATE spool_recipient SET due = $3, last_error = $4, attempts = attempts + 1, lease_owner = NULL,
   details = COALESCE($5, details) WHERE id = $1 AND lease_owner = $2`,
);
const fail = statement(
  `UPDATE spool_recipient SET state = 1, due = $3, last_error = $4, attempts = attempts + 1, lease_owner = NULL
   WHERE id = $1 AND lease_owner = $2 RETURNING account_id`,
);
const releaseOwner = statement(
  'UPDATE spool_recipient SET lease_owner = NULL, due = $2 WHERE lease_owner = $1 AND state = 0',
);
const releaseAll = statement(
  'UPDATE spool_recipient SET lease_owner = NULL, due = $1 WHERE lease_owner IS NOT NULL AND state = 0',
);
const releaseNode = statement(
  `UPDATE spool_recipient SET lease_owner = NULL, due = $1
   WHERE lease_owner IS NOT NULL AND SUBSTR(lease_owner, 1, $2) = $3 AND state = 0`,
);
const ofMessage = statement(
  `SELECT ${columns} FROM spool_recipient WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3`,
);
const settle = statement('DELETE FROM spool_recipient WHERE id = $1 RETURNING account_id');
const setHeld = statement(
  `UPDATE spool_recipient SET state = 2, lease_owner = NULL
   WHERE id >= $1 AND id < $2 AND state = 0 AND (lease_owner IS NULL OR due <= $3)`,
);
const setDue = statement(
  `UPDATE spool_recipient SET state = 0, due = $3, lease_owner = NULL
   WHERE id >= $1 AND id < $2 AND (state = 2 OR (state = 0 AND lease_owner IS NULL))`,
);
const removeAll = statement('DELETE FROM spool_recipient WHERE id >= $1 AND id < $2');
const countAll = statement(
  'SELECT kind, state, COUNT(*) AS count, MIN(due) AS due FROM spool_recipient GROUP BY kind, state',
);
const nextDue = statement('SELECT MIN(due) AS due FROM spool_recipient WHERE kind = $1 AND state = 0');

export function messageIdOf(id: SpoolRecipientId): SpoolMessageId {
  return Math.floor(id / recipientsPerMessage);
}

/** First id of a message's recipients and the first behind them. */
export function recipientRange(id: SpoolMessageId): [from: number, to: number] {
  return [id * recipientsPerMessage, (id + 1) * recipientsPerMessage];
}

export function toRecipient(row: RecipientRow): SpoolRecipient {
  return {
    id: row.id,
    messageId: messageIdOf(row.id),
    kind: kinds[row.kind] ?? 'local',
    state: states[row.state] ?? 'held',
    accountId: row.account_id,
    destination: row.destination,
    address: row.address,
    details: row.details === null ? {} : (JSON.parse(row.details) as RecipientDetails),
    attempts: row.attempts,
    due: row.due,
    leaseOwner: row.lease_owner,
    lastError: row.last_error === null ? null : (JSON.parse(row.last_error) as DeliveryError),
  };
}

/** Inserts a recipient, leased until `due` if there is an `owner`. */
export async function insertRecipient(
  tx: SqlTransaction,
  id: SpoolRecipientId,
  recipient: NewRecipient,
  due: number,
  owner: string | null,
): Promise<SpoolRecipient> {
  const { kind, accountId, destination, address, details } = recipient;
  const state: RecipientState = recipient.held ? 'held' : 'queued';
  await tx.run(
    insert,
    id,
    kindNumber[kind],
    stateNumber[state],
    due,
    owner,
    accountId,
    destination,
    address,
    details ? JSON.stringify(details) : null,
  );
  return {
    id,
    messageId: messageIdOf(id),
    kind,
    state,
    accountId,
    destination,
    address,
    details: details ?? {},
    attempts: 0,
    due,
    leaseOwner: owner,
    lastError: null,
  };
}

export interface ClaimRequest {
  readonly owner: string;
  readonly kind: RecipientKind;
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
  /** Destinations that have enough to do. */
  readonly exclude: readonly string[];
}

export async function claimRecipients(tx: SqlTransaction, request: ClaimRequest): Promise<SpoolRecipient[]> {
  const { owner, kind, now, leaseUntil, limit, exclude } = request;
  const rows = await tx.all<RecipientRow>(
    claim,
    owner,
    leaseUntil,
    kindNumber[kind],
    now,
    limit,
    JSON.stringify(exclude),
  );
  return rows.map(toRecipient);
}

export async function renewRecipient(
  tx: SqlTransaction,
  id: SpoolRecipientId,
  owner: string,
  until: number,
): Promise<boolean> {
  return (await tx.run(renew, id, owner, until)) === 1;
}

/** Removes leased recipients that have got their message. Returns those that were still the owner's. */
export async function finishRecipients(
  tx: SqlTransaction,
  ids: readonly SpoolRecipientId[],
  owner: string,
): Promise<SpoolRecipientId[]> {
  return (await tx.arrays(done, JSON.stringify(ids), owner)).map(([id]) => id as number);
}

/** Whether a recipient was there, and which account it was for. */
export type RemovedRecipient = { readonly account_id: AccountId | null };

/** Removes a recipient whoever has it: when its sender has been told. */
export async function settleRecipient(
  tx: SqlTransaction,
  id: SpoolRecipientId,
): Promise<RemovedRecipient | undefined> {
  return tx.get<RemovedRecipient>(settle, id);
}

export async function postponeRecipient(
  tx: SqlTransaction,
  id: SpoolRecipientId,
  owner: string,
  due: number,
  error: DeliveryError,
  details?: RecipientDetails,
): Promise<boolean> {
  const changed = details === undefined ? null : JSON.stringify(details);
  return (await tx.run(retry, id, owner, due, JSON.stringify(error), changed)) === 1;
}

export async function failRecipient(
  tx: SqlTransaction,
  id: SpoolRecipientId,
  owner: string,
  now: number,
  error: DeliveryError,
): Promise<RemovedRecipient | undefined> {
  return tx.get<RemovedRecipient>(fail, id, owner, now, JSON.stringify(error));
}

export async function releaseRecipients(tx: SqlTransaction, owner: string, now: number): Promise<number> {
  return tx.run(releaseOwner, owner, now);
}

export async function releaseAllRecipients(tx: SqlTransaction, now: number): Promise<number> {
  return tx.run(releaseAll, now);
}

/** What processes of a node had: see `newOwner`. */
export async function releaseNodeRecipients(tx: SqlTransaction, node: string, now: number): Promise<number> {
  const beginning = `${node}~`;
  return tx.run(releaseNode, now, beginning.length, beginning);
}

export async function recipientsOf(
  reader: SqlReader,
  id: SpoolMessageId,
  after: SpoolRecipientId,
  limit: number,
): Promise<SpoolRecipient[]> {
  const [from, to] = recipientRange(id);
  const rows = await reader.all<RecipientRow>(ofMessage, Math.max(from, after + 1), to, limit);
  return rows.map(toRecipient);
}

/** Holds recipients that wait; those at work are left alone. */
export async function holdRecipients(tx: SqlTransaction, id: SpoolMessageId, now: number): Promise<number> {
  return tx.run(setHeld, ...recipientRange(id), now);
}

/** Makes queued and held recipients due; those at work are left alone. */
export async function hastenRecipients(tx: SqlTransaction, id: SpoolMessageId, due: number): Promise<number> {
  return tx.run(setDue, ...recipientRange(id), due);
}

export async function removeRecipients(tx: SqlTransaction, id: SpoolMessageId): Promise<number> {
  return tx.run(removeAll, ...recipientRange(id));
}

/** How many recipients of a kind are in a state, and when the first of them is or was due. */
export interface RecipientCount {
  readonly kind: RecipientKind;
  readonly state: RecipientState;
  readonly count: number;
  readonly due: number;
}

/** Counts the whole queue: it reads all of it. */
export async function countRecipients(reader: SqlReader): Promise<RecipientCount[]> {
  const rows = await reader.all<{ kind: number; state: number; count: number; due: number }>(countAll);
  return rows.map(({ kind, state, count, due }) => ({
    kind: kinds[kind] ?? 'local',
    state: states[state] ?? 'held',
    count,
    due,
  }));
}

export async function earliestDue(reader: SqlReader, kind: RecipientKind): Promise<number | null> {
  return (await reader.get<{ due: number | null }>(nextDue, kindNumber[kind]))?.due ?? null;
}
