import type { Migration } from '../sql/migrate.ts';
import { type Statement, statement } from '../sql/port.ts';

/** DDL in both dialects: bytes have two names, and a table without a hidden row number is SQLite's own. */
function ddl(sql: string): Statement {
  return statement({
    sqlite: sql,
    postgres: sql.replaceAll(' BLOB', ' BYTEA').replaceAll(' WITHOUT ROWID', ''),
  });
}

/** Numbers that are given out once: packs, messages; and the generation of garbage collection. */
const counters = [
  ddl('CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL) WITHOUT ROWID'),
  ddl("INSERT INTO counter (name, value) VALUES ('pack', 0), ('message', 0), ('generation', 2)"),
];

/** `wrapped` is null once the tenant was erased: the row stays so that the key is never made again. */
const tenantKeys = [
  ddl('CREATE TABLE tenant_key (tenant_id BIGINT PRIMARY KEY, wrapped BLOB, created_at BIGINT NOT NULL)'),
];

/**
 * `pack.state`: see `PackState`. A pack is written only by the process named in `owner`, and only while it is open.
 * `blob.dead_generation` is set while nothing refers to the body. `blob_link.generation` is that of the newest use;
 * `released` is set when the account said that it uses the body no longer.
 */
const blobs = [
  ddl(`CREATE TABLE pack (
    id BIGINT PRIMARY KEY, state INTEGER NOT NULL, owner TEXT, lease_until BIGINT NOT NULL, length BIGINT NOT NULL,
    dead_bytes BIGINT NOT NULL, clean INTEGER NOT NULL, generation BIGINT NOT NULL)`),
  ddl(`CREATE TABLE blob (
    tenant_id BIGINT NOT NULL, hash BLOB NOT NULL, pack BIGINT NOT NULL, pack_offset BIGINT NOT NULL,
    length BIGINT NOT NULL, size BIGINT NOT NULL, created_at BIGINT NOT NULL, dead_generation BIGINT,
    PRIMARY KEY (tenant_id, hash)) WITHOUT ROWID`),
  ddl('CREATE INDEX blob_by_pack ON blob (pack, pack_offset)'),
  ddl('CREATE INDEX blob_dead ON blob (dead_generation) WHERE dead_generation IS NOT NULL'),
  ddl(`CREATE TABLE blob_link (
    tenant_id BIGINT NOT NULL, hash BLOB NOT NULL, account_id BIGINT NOT NULL, generation BIGINT NOT NULL,
    released INTEGER, PRIMARY KEY (tenant_id, hash, account_id)) WITHOUT ROWID`),
  ddl('CREATE INDEX blob_link_released ON blob_link (tenant_id, account_id) WHERE released IS NOT NULL'),
  ddl(`CREATE TABLE blob_lease (
    tenant_id BIGINT NOT NULL, hash BLOB NOT NULL, holder TEXT NOT NULL, until BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash, holder)) WITHOUT ROWID`),
  ddl('CREATE INDEX blob_lease_until ON blob_lease (until)'),
];

/**
 * A message of the queue has one body, so a mail to several tenants has one row for each, under one queue id.
 * A recipient's id is its message's id times 65,536 plus its number, which keeps a message's recipients together.
 * While a recipient is leased, `due` is the end of the lease: an abandoned one falls due by itself.
 */
const queue = [
  ddl(`CREATE TABLE spool_message (
    id BIGINT PRIMARY KEY, queue_id TEXT NOT NULL, tenant_id BIGINT NOT NULL, hash BLOB NOT NULL, size BIGINT NOT NULL,
    reverse_path TEXT NOT NULL, options TEXT NOT NULL, origin TEXT NOT NULL, prefix BLOB NOT NULL, summary BLOB NOT NULL,
    accepted_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)`),
  ddl('CREATE UNIQUE INDEX spool_message_queue_id ON spool_message (queue_id, tenant_id)'),
  ddl('CREATE INDEX spool_message_body ON spool_message (tenant_id, hash)'),
  ddl(`CREATE TABLE spool_recipient (
    id BIGINT PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL, due BIGINT NOT NULL, lease_owner TEXT,
    attempts INTEGER NOT NULL, account_id BIGINT, destination TEXT NOT NULL, address TEXT NOT NULL,
    details TEXT, last_error TEXT)`),
  ddl('CREATE INDEX spool_recipient_due ON spool_recipient (kind, due) WHERE state = 0'),
  ddl('CREATE INDEX spool_recipient_account ON spool_recipient (account_id) WHERE account_id IS NOT NULL'),
];

/** The schema of `spool.db`: accepted mail, the queue, and where bodies are and who uses them. */
export const spoolMigrations: readonly Migration[] = [
  { version: 1, name: 'first', up: [...counters, ...tenantKeys, ...blobs, ...queue] },
];
