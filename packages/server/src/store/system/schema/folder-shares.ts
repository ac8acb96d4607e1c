import type { Migration } from '../../sql/migrate.ts';

/** Folders that members share with each other (RFC 4314). */
export function folderSharesMigration(version: number): Migration {
  return { version, name: 'folder-shares', up: [] };
}
