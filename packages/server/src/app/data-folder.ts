import { join } from 'node:path';

/** Where things lie in the data directory. Account files are below `tenants/`: see `store/accounts/placement.ts`. */
export interface DataFolder {
  readonly root: string;
  readonly system: string;
  readonly spool: string;
  readonly records: string;
  /** Bodies. */
  readonly blobs: string;
  /** Root secret; without it no body can be read. */
  readonly masterKey: string;
  readonly certificate: string;
  readonly certificateKey: string;
  /** Held by the server that runs on the directory. */
  readonly lock: string;
  /** Held by whoever collects bodies, or wants that nobody does. */
  readonly collectLock: string;
  /** Held by the one process that reads all bodies in the background. */
  readonly scrubLock: string;
  /** Held by the one process that brings bodies to the object store. */
  readonly packLock: string;
  /** Held by the one process that goes round the word indexes. */
  readonly indexLock: string;
  /** Says that directory, queue and records are in PostgreSQL, and files of them are from before. */
  readonly movedMark: string;
  /** Where those files are. */
  readonly beforePostgres: string;
  /** What that server says about itself, JSON. */
  readonly running: string;
}

/** `blobs`: where the bodies are instead, for nodes that share them. */
export function dataFolder(root: string, blobs: string | null = null): DataFolder {
  return {
    root,
    system: join(root, 'system.db'),
    spool: join(root, 'spool.db'),
    records: join(root, 'records.db'),
    blobs: blobs ?? join(root, 'blobs'),
    masterKey: join(root, 'keys', 'master.key'),
    certificate: join(root, 'tls', 'certificate.pem'),
    certificateKey: join(root, 'tls', 'key.pem'),
    lock: join(root, 'run', 'lock.db'),
    collectLock: join(root, 'run', 'collect.db'),
    scrubLock: join(root, 'run', 'scrub.db'),
    packLock: join(root, 'run', 'pack.db'),
    indexLock: join(root, 'run', 'index.db'),
    movedMark: join(root, 'rows-in-postgres.json'),
    beforePostgres: join(root, 'before-postgres'),
    running: join(root, 'run', 'server.json'),
  };
}
