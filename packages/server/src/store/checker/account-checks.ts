import { batchPrefix } from '../accounts/delivery-rows.ts';
import { type Statement, statement } from '../sql/port.ts';

/** One rule of an account's tables. The query names what breaks it: (mailbox id or null, uid or id or null, detail). */
export interface AccountCheck {
  readonly code: string;
  readonly query: Statement;
}

/** Most offenders that one rule reports. */
const limit = 20;

const check = (code: string, sql: string): AccountCheck => ({
  code,
  query: statement(`${sql} LIMIT ${limit}`),
});

/** System flags and keywords with a bit of their own: ten bits. */
const knownBits = 0b11_1111_1111;

/** The rules. `$1` is the account. */
export const accountChecks: readonly AccountCheck[] = [
  check(
    'mailbox.total',
    `SELECT m.id, m.total, COUNT(f.uid) FROM mailbox m
       LEFT JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id
     WHERE m.account_id = $1 GROUP BY m.id, m.total HAVING m.total <> COUNT(f.uid)`,
  ),
  check(
    'mailbox.unseen',
    `SELECT m.id, m.unseen, COUNT(f.uid) FROM mailbox m
       LEFT JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id AND (f.bits & 1) = 0
     WHERE m.account_id = $1 GROUP BY m.id, m.unseen HAVING m.unseen <> COUNT(f.uid)`,
  ),
  check(
    'mailbox.deleted',
    `SELECT m.id, m.deleted, COUNT(f.uid) FROM mailbox m
       LEFT JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id AND (f.bits & 8) <> 0
     WHERE m.account_id = $1 GROUP BY m.id, m.deleted HAVING m.deleted <> COUNT(f.uid)`,
  ),
  check(
    'mailbox.bytes',
    `SELECT m.id, m.bytes, COALESCE(SUM(f.size), 0) FROM mailbox m
       LEFT JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id
     WHERE m.account_id = $1 GROUP BY m.id, m.bytes HAVING m.bytes <> COALESCE(SUM(f.size), 0)`,
  ),
  check(
    'mailbox.uidnext',
    `SELECT m.id, m.uidnext, f.uid FROM mailbox m
       JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id AND f.uid >= m.uidnext
     WHERE m.account_id = $1`,
  ),
  check(
    'mailbox.modseq',
    `SELECT m.id, f.uid, f.modseq FROM mailbox m
       JOIN filed f ON f.account_id = m.account_id AND f.mailbox_id = m.id AND f.modseq > m.modseq
     WHERE m.account_id = $1`,
  ),
  check(
    'mailbox.vanished_modseq',
    `SELECT m.id, v.uid, v.modseq FROM mailbox m
       JOIN vanished v ON v.account_id = m.account_id AND v.mailbox_id = m.id
     WHERE m.account_id = $1 AND (v.modseq > m.modseq OR v.uid >= m.uidnext)`,
  ),
  check(
    'mailbox.ahead',
    `SELECT m.id, m.modseq, s.modseq FROM mailbox m JOIN account_state s ON s.account_id = m.account_id
     WHERE m.account_id = $1 AND (m.modseq > s.modseq OR m.counts_modseq > m.modseq AND m.counts_modseq > s.modseq
       OR m.props_modseq > s.modseq OR m.created_modseq > s.modseq OR m.id >= s.next_mailbox
       OR m.uidvalidity > s.last_uidvalidity)`,
  ),
  check(
    'mailbox.uidvalidity_twice',
    `SELECT MIN(m.id), MAX(m.id), m.uidvalidity FROM mailbox m WHERE m.account_id = $1
     GROUP BY m.uidvalidity HAVING COUNT(*) > 1`,
  ),
  check(
    'mailbox.parent_missing',
    `SELECT m.id, m.parent_id, m.name FROM mailbox m WHERE m.account_id = $1 AND m.parent_id <> 0
       AND NOT EXISTS (SELECT 1 FROM mailbox p WHERE p.account_id = m.account_id AND p.id = m.parent_id)`,
  ),
  check(
    'mailbox.circle',
    `WITH RECURSIVE reached (id) AS (
       SELECT id FROM mailbox WHERE account_id = $1 AND parent_id = 0
       UNION SELECT m.id FROM mailbox m JOIN reached r ON m.parent_id = r.id WHERE m.account_id = $1)
     SELECT m.id, m.parent_id, m.name FROM mailbox m WHERE m.account_id = $1
       AND NOT EXISTS (SELECT 1 FROM reached r WHERE r.id = m.id)`,
  ),
  check(
    'mailbox.inbox_missing',
    `SELECT NULL, NULL, 'inbox' FROM account_state s WHERE s.account_id = $1
       AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.account_id = s.account_id AND m.role = 'inbox'
         AND m.parent_id = 0 AND m.name = 'INBOX')`,
  ),
  check(
    'state.used_bytes',
    `SELECT NULL, s.used_bytes, t.n FROM account_state s
       JOIN (SELECT COALESCE(SUM(size), 0) AS n FROM filed WHERE account_id = $1) t ON t.n <> s.used_bytes
     WHERE s.account_id = $1`,
  ),
  check(
    'state.used_count',
    `SELECT NULL, s.used_count, t.n FROM account_state s
       JOIN (SELECT COUNT(*) AS n FROM filed WHERE account_id = $1) t ON t.n <> s.used_count
     WHERE s.account_id = $1`,
  ),
  check(
    'state.order',
    `SELECT NULL, s.modseq, s.floor_modseq FROM account_state s
     WHERE s.account_id = $1 AND (s.floor_modseq > s.modseq OR s.base_modseq > s.modseq OR s.mail_modseq > s.modseq
       OR s.mailbox_modseq > s.modseq OR s.thread_modseq > s.modseq)`,
  ),
  check(
    'filed.mailbox_missing',
    `SELECT f.mailbox_id, f.uid, f.message_id FROM filed f WHERE f.account_id = $1
       AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.account_id = f.account_id AND m.id = f.mailbox_id)`,
  ),
  check(
    'filed.message_missing',
    `SELECT f.mailbox_id, f.uid, f.message_id FROM filed f WHERE f.account_id = $1
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.account_id = f.account_id AND m.id = f.message_id)`,
  ),
  check(
    'filed.numbers',
    `SELECT f.mailbox_id, f.uid, f.modseq FROM filed f JOIN account_state s ON s.account_id = f.account_id
     WHERE f.account_id = $1 AND (f.uid < 1 OR f.uid > 4294967295 OR f.created_modseq > f.modseq OR f.modseq > s.modseq
       OR f.modseq < 1 OR f.size < 0)`,
  ),
  check(
    'filed.flags',
    `SELECT f.mailbox_id, f.uid, f.bits FROM filed f
     WHERE f.account_id = $1 AND (f.bits < 0 OR f.bits > ${knownBits})`,
  ),
  check(
    'filed.size',
    `SELECT f.mailbox_id, f.uid, f.size FROM filed f
       JOIN message m ON m.account_id = f.account_id AND m.id = f.message_id
     WHERE f.account_id = $1 AND f.size <> m.blob_size + LENGTH(m.prefix)`,
  ),
  check(
    'message.unfiled',
    `SELECT NULL, m.id, m.thread_id FROM message m WHERE m.account_id = $1
       AND NOT EXISTS (SELECT 1 FROM filed f WHERE f.account_id = m.account_id AND f.message_id = m.id)`,
  ),
  check(
    'message.numbers',
    `SELECT NULL, m.id, m.thread_id FROM message m JOIN account_state s ON s.account_id = m.account_id
     WHERE m.account_id = $1 AND (m.id >= s.next_message OR m.thread_id > m.id OR m.thread_id < 1
       OR m.origin_id >= m.id OR LENGTH(m.blob_hash) <> 32)`,
  ),
  check(
    'thread_ref.numbers',
    `SELECT NULL, r.thread_id, r.ref FROM thread_ref r JOIN account_state s ON s.account_id = r.account_id
     WHERE r.account_id = $1 AND (r.thread_id >= s.next_message OR r.thread_id < 1)`,
  ),
  check(
    'vanished.uid_used_again',
    `SELECT v.mailbox_id, v.uid, v.modseq FROM vanished v
       JOIN filed f ON f.account_id = v.account_id AND f.mailbox_id = v.mailbox_id AND f.uid = v.uid
     WHERE v.account_id = $1`,
  ),
  check(
    'vanished.uid_twice',
    `SELECT v.mailbox_id, v.uid, COUNT(*) FROM vanished v WHERE v.account_id = $1
     GROUP BY v.mailbox_id, v.uid HAVING COUNT(*) > 1`,
  ),
  check(
    'vanished.not_destroyed',
    `SELECT v.mailbox_id, v.uid, v.message_id FROM vanished v
       JOIN message m ON m.account_id = v.account_id AND m.id = v.message_id
     WHERE v.account_id = $1 AND v.destroyed = 1`,
  ),
  check(
    'vanished.ahead',
    `SELECT v.mailbox_id, v.uid, v.modseq FROM vanished v JOIN account_state s ON s.account_id = v.account_id
     WHERE v.account_id = $1 AND v.modseq > s.modseq`,
  ),
  check(
    'vanished_mailbox.exists',
    `SELECT v.mailbox_id, NULL, v.modseq FROM vanished_mailbox v
       JOIN mailbox m ON m.account_id = v.account_id AND m.id = v.mailbox_id WHERE v.account_id = $1`,
  ),
  check(
    'folder_subscription.numbers',
    `SELECT f.mailbox_id, f.holder_id, f.modseq FROM folder_subscription f
       JOIN account_state s ON s.account_id = f.account_id
     WHERE f.account_id = $1 AND (f.modseq > s.modseq OR f.holder_id = f.account_id OR NOT EXISTS
       (SELECT 1 FROM mailbox m WHERE m.account_id = f.account_id AND m.id = f.mailbox_id))`,
  ),
  check(
    'keyword.numbers',
    `SELECT NULL, k.id, k.name FROM keyword k JOIN account_state s ON s.account_id = k.account_id
     WHERE k.account_id = $1 AND (k.id >= s.next_keyword OR k.id < 1)`,
  ),
  check(
    'applied_delivery.uid',
    `SELECT d.mailbox_id, d.uid, d.delivery_id FROM applied_delivery d
       JOIN mailbox m ON m.account_id = d.account_id AND m.id = d.mailbox_id
     WHERE d.account_id = $1 AND d.uid >= m.uidnext AND d.delivery_id NOT LIKE '${batchPrefix}%'`,
  ),
];
