import type { AccountId } from '../../platform/ids.ts';
import type { MessageChannel } from '../sql/channel-port.ts';
import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, statement } from '../sql/port.ts';

/** A node as the others see it. Times are those of the database server, ms since the epoch. */
export interface NodeRow {
  readonly name: string;
  /** Of one start of the node. */
  readonly boot_id: string;
  /** Names the data directory: the same node started again has the same. */
  readonly home: string;
  readonly version: string;
  /** Names of roles, with commas. */
  readonly roles: string;
  /** 1 while it takes nothing new because it is about to stop. */
  readonly draining: number;
  readonly started_at: number;
  readonly seen_at: number;
}

/** A node that was not seen for so long is dead, ms. */
export const deadAfterMs = 15_000;

const serverTime = 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)';
const columns = 'name, boot_id, home, version, roles, draining, started_at, seen_at';

const signOn = statement(
  `INSERT INTO node (${columns}) VALUES ($1, $2, $3, $4, $5, 0, ${serverTime}, ${serverTime})
   ON CONFLICT (name) DO UPDATE SET boot_id = excluded.boot_id, home = excluded.home, version = excluded.version,
     roles = excluded.roles, draining = 0, started_at = excluded.started_at, seen_at = excluded.seen_at
   WHERE node.home = excluded.home OR node.seen_at < ${serverTime} - ${deadAfterMs}
   RETURNING name`,
);
const beat = statement(
  `UPDATE node SET seen_at = ${serverTime}, draining = $3 WHERE name = $1 AND boot_id = $2 RETURNING seen_at`,
);
const signOff = statement('DELETE FROM node WHERE name = $1 AND boot_id = $2');
const forgetOld = statement(`DELETE FROM node WHERE seen_at < ${serverTime} - 604800000`);
const selectSeen = statement('SELECT seen_at FROM node WHERE name = $1');
const time = statement(`SELECT ${serverTime} AS now`);
const selectAll = statement(`SELECT ${columns}, ${serverTime} - seen_at AS silent FROM node ORDER BY name`);
const newest = withIdLists(
  among => `SELECT account_id, modseq FROM account_state WHERE account_id ${among(1)}`,
);

/** What a node says about itself when it starts. */
export type NodeSelf = Pick<NodeRow, 'name' | 'boot_id' | 'home' | 'version' | 'roles'>;

/** The server's time, ms since the epoch. */
export async function serverNow(channel: MessageChannel): Promise<number> {
  return (await channel.all<{ now: number }>(time))[0]?.now ?? 0;
}

/** Signs a node on; false when another one of that name is alive. The same node started again takes its place at once. */
export async function signOnNode(channel: MessageChannel, self: NodeSelf): Promise<boolean> {
  await channel.all(forgetOld);
  const { name, boot_id: bootId, home, version, roles } = self;
  return (await channel.all(signOn, name, bootId, home, version, roles)).length > 0;
}

/** When the node of that name was seen last; null when there is none. */
export async function lastSeen(channel: MessageChannel, name: string): Promise<number | null> {
  return (await channel.all<{ seen_at: number }>(selectSeen, name))[0]?.seen_at ?? null;
}

/** Says that a node lives; false when another start has its name now. */
export async function beatNode(channel: MessageChannel, self: NodeSelf, draining: boolean): Promise<boolean> {
  return (await channel.all(beat, self.name, self.boot_id, draining ? 1 : 0)).length > 0;
}

export async function signOffNode(channel: MessageChannel, self: NodeSelf): Promise<void> {
  await channel.all(signOff, self.name, self.boot_id);
}

/** All nodes that were seen lately, with how long they have been silent, ms. */
export async function listNodes(reader: SqlReader): Promise<(NodeRow & { readonly silent: number })[]> {
  return reader.all(selectAll);
}

/** The change counters of accounts; those without rows are left out. */
export async function newestChanges(
  channel: MessageChannel,
  accounts: readonly AccountId[],
): Promise<[AccountId, number][]> {
  const rows = await channel.all<{ account_id: number; modseq: number }>(newest, JSON.stringify(accounts));
  return rows.map(row => [row.account_id, row.modseq]);
}
