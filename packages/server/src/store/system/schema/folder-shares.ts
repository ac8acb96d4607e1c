import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Folders that members share with each other (RFC 4314).
 *
 * - `folder_share`: whose folders somebody may look for; grantee 0 is everybody in the company. Only a hint: the rights stand
 *   in the owner's account. A row too many costs a look, one too few would hide a folder.
 */
export function folderSharesMigration(version: number): Migration {
  return {
    version,
    name: 'folder-shares',
    up: [
      ddl(`CREATE TABLE folder_share (
        tenant_id BIGINT NOT NULL, grantee_id BIGINT NOT NULL, owner_id BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, grantee_id, owner_id)) WITHOUT ROWID`),
    ],
  };
}
