import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountKey } from '../accounts/account-key.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { AccountReader } from '../accounts/account-transaction.ts';
import { keywordRows } from '../accounts/keyword-rows.ts';
import { storedVector } from '../accounts/vectors/uid-vector-rows.ts';
import type { BlobHash } from '../blob-store.ts';
import { type SqlValue, statement } from '../sql/port.ts';
import { accountChecks } from './account-checks.ts';

/** Something that is not as it must be. `code` is stable; the rest tells where. */
export interface Finding {
  readonly code: string;
  readonly mailboxId: number | null;
  /** UID or id of the row. */
  readonly row: number | string | null;
  readonly detail: string;
}

export interface CheckOptions {
  /** Whether a body is in the blob store. Without it bodies are not looked for. */
  readonly blobExists?: (hash: BlobHash) => Promise<boolean>;
  /** Also let the engine check its pages and indexes: as long as reading the whole file. */
  readonly pages?: boolean;
}

/** Most findings of one kind that need a look at each row. */
const maxFindings = 20;
const rowsAtATime = 1_000;

const integrity = statement({ sqlite: 'PRAGMA integrity_check', postgres: "SELECT 'ok'" });
const selectKeywords = statement(
  `SELECT mailbox_id, uid, keywords FROM filed
   WHERE account_id = $1 AND keywords IS NOT NULL AND (mailbox_id > $2 OR (mailbox_id = $2 AND uid > $3))
   ORDER BY mailbox_id, uid LIMIT $4`,
);
const selectHashes = statement(
  `SELECT id, blob_hash FROM (
     SELECT id, blob_hash FROM message WHERE account_id = $1
     UNION ALL SELECT id, blob_hash FROM deleted_message WHERE account_id = $1) AS body
   WHERE id > $2 ORDER BY id LIMIT $3`,
);

const selectVectors = statement('SELECT mailbox_id FROM uid_vector WHERE account_id = $1');
const selectThen = statement(
  `SELECT uid FROM filed WHERE account_id = $1 AND mailbox_id = $2 AND uid < $3
   UNION SELECT uid FROM vanished WHERE account_id = $1 AND mailbox_id = $2 AND uid < $3 AND modseq > $4 ORDER BY uid`,
);

const text = (value: SqlValue | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value ?? '');

function findingOf(code: string, row: readonly SqlValue[]): Finding {
  const [mailboxId, id, detail] = row;
  return {
    code,
    mailboxId: typeof mailboxId === 'number' ? mailboxId : null,
    row: typeof id === 'number' || typeof id === 'string' ? id : null,
    detail: text(detail),
  };
}

async function checkPages(reader: AccountReader): Promise<Finding[]> {
  const rows = await reader.arrays(integrity);
  return rows
    .filter(row => row[0] !== 'ok')
    .map(row => ({ code: 'file.pages', mailboxId: null, row: null, detail: text(row[0]) }));
}

/** Keyword ids of rows: known, ascending, none twice. */
async function checkKeywords(reader: AccountReader): Promise<Finding[]> {
  const known = new Set((await keywordRows(reader)).map(row => row.id));
  const findings: Finding[] = [];
  let [mailboxId, uid] = [0, 0];
  for (;;) {
    const rows = await reader.arrays(selectKeywords, reader.accountId, mailboxId, uid, rowsAtATime);
    for (const row of rows) {
      [mailboxId, uid] = [Number(row[0]), Number(row[1])];
      const ids = text(row[2]).split(',').map(Number);
      const right = ids.every((id, i) => known.has(id) && (i === 0 || id > (ids[i - 1] ?? 0)));
      if (!right) findings.push({ code: 'filed.keywords', mailboxId, row: uid, detail: text(row[2]) });
    }
    if (rows.length < rowsAtATime || findings.length >= maxFindings) return findings.slice(0, maxFindings);
  }
}

/** Stored vectors of UIDs: what was there at their modseq, as far as tombstones still tell. */
async function checkVectors(reader: AccountReader): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { floor } = await reader.state();
  for (const row of await reader.arrays(selectVectors, reader.accountId)) {
    const mailboxId = Number(row[0]);
    const vector = await storedVector(reader, mailboxId);
    if (!vector || vector.modseq < floor) continue;
    const { modseq, uidNext, uids } = vector;
    const then = await reader.arrays(selectThen, reader.accountId, mailboxId, uidNext, modseq);
    const right = then.length === uids.length && then.every(([uid], i) => uids[i] === uid);
    if (!right)
      findings.push({ code: 'uid_vector.uids', mailboxId, row: modseq, detail: String(uids.length) });
  }
  return findings;
}

async function checkBodies(
  accounts: AccountStore,
  account: AccountKey,
  exists: (hash: BlobHash) => Promise<boolean>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let after = 0;
  for (;;) {
    const rows = await accounts.read(account, reader =>
      reader.arrays(selectHashes, account.accountId, after, rowsAtATime),
    );
    for (const row of rows) {
      after = Number(row[0]);
      const hash = row[1];
      if (hash instanceof Uint8Array && (await exists(hash))) continue;
      findings.push({ code: 'message.body_missing', mailboxId: null, row: after, detail: text(hash) });
    }
    if (rows.length < rowsAtATime || findings.length >= maxFindings) return findings.slice(0, maxFindings);
    await nextTurn();
  }
}

/**
 * Computes everything that an account's rows repeat once more and compares: counters, use, UIDNEXT, the order of modseqs,
 * references between tables, flags, threads, bodies. Changes nothing. All rules see one snapshot.
 */
export async function checkAccount(
  accounts: AccountStore,
  account: AccountKey,
  options: CheckOptions = {},
): Promise<Finding[]> {
  const look = async (reader: AccountReader): Promise<Finding[]> => {
    const found: Finding[] = options.pages ? await checkPages(reader) : [];
    await reader.state();
    for (const { code, query } of accountChecks) {
      const rows = await reader.arrays(query, account.accountId);
      found.push(...rows.map(row => findingOf(code, row)));
    }
    found.push(...(await checkKeywords(reader)), ...(await checkVectors(reader)));
    return found;
  };
  const findings = await accounts.read(account, look, { thorough: true });
  if (options.blobExists) findings.push(...(await checkBodies(accounts, account, options.blobExists)));
  return findings;
}

/** Throws an error that lists the findings, if there are any. For the end of every test that touched an account. */
export async function assertAccountClean(
  accounts: AccountStore,
  account: AccountKey,
  options: CheckOptions = { pages: true },
): Promise<void> {
  const findings = await checkAccount(accounts, account, options);
  if (findings.length === 0) return;
  const lines = findings.map(
    finding => `${finding.code} mailbox=${finding.mailboxId} row=${finding.row} ${finding.detail}`,
  );
  throw new Error(`account ${account.accountId} is not clean:\n${lines.join('\n')}`);
}
