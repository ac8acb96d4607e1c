import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { MovableAccounts } from '../../src/store/accounts/moving/movable-accounts.ts';
import type { MoveContext } from '../../src/store/accounts/moving/move-account.ts';
import { ownFile } from '../../src/store/accounts/moving/moved-mark.ts';
import type { Placement, PlacementSource } from '../../src/store/accounts/placement.ts';
import { checkAccount } from '../../src/store/checker/check-account.ts';
import type { PostgresPlace } from '../../src/store/engines/open-database.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { type MailboxHouse, openBareHouse } from './mailbox-fixture.ts';

/** Stands for the table of placements. */
export type PlacementTable = Map<number, Placement>;

const usual: Placement = { kind: 'file', location: ownFile };

/** Reads the table from a file that several processes share. */
export function loadTable(table: PlacementTable, file: string | undefined): void {
  if (file === undefined) return;
  try {
    for (const [id, placement] of JSON.parse(readFileSync(file, 'utf8')) as [number, Placement][])
      table.set(id, placement);
  } catch {
    // Nothing was moved yet.
  }
}

export function saveTable(table: PlacementTable, file: string | undefined): void {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify([...table]));
  renameSync(`${file}.new`, file);
}

/** A process that remembers placements until they turn out to be wrong. */
function remembering(table: PlacementTable, file: string | undefined): PlacementSource {
  const known = new Map<number, Placement>();
  return ({ accountId }, fresh = false) => {
    if (fresh || !known.has(accountId)) {
      loadTable(table, file);
      known.set(accountId, table.get(accountId) ?? usual);
    }
    return known.get(accountId) ?? usual;
  };
}

/** Opens the accounts below `folder`, and those in two schemas of a PostgreSQL server, as one process does. */
export function openPlacedHouse(
  folder: string,
  table: PlacementTable,
  url: string | null,
  file?: string,
): MailboxHouse {
  const name = folder
    .slice(folder.lastIndexOf('-') + 1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
  const postgres = (location: string): PostgresPlace => ({
    target: readPostgresUrl(url ?? ''),
    schema: `m_${name}_${location}`,
    connections: 6,
  });
  return openBareHouse(folder, {
    placement: remembering(table, file),
    ...(url === null ? {} : { postgres }),
  });
}

export function moverOf(house: MailboxHouse, table: PlacementTable, file?: string): MoveContext {
  const accounts = house.ctx.accounts as MovableAccounts;
  return {
    accounts,
    placementOf: async ({ accountId }) => {
      loadTable(table, file);
      return table.get(accountId) ?? usual;
    },
    setPlacement: async ({ accountId }, placement) => {
      table.set(accountId, placement);
      saveTable(table, file);
    },
    check: async account => (await checkAccount(accounts, account)).map(finding => finding.code),
  };
}
