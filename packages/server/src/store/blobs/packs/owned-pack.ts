import type { OpenFile } from '../../../platform/files/files.ts';

/** A pack that this process may write. It is closed once nothing is appended any more and nobody holds a body in it. */
export interface OwnedPack {
  readonly id: number;
  readonly file: OpenFile;
  /** Synced bytes; what follows in the file is nobody's. */
  length: number;
  /** Bodies that are sealed but whose rows may not be committed yet. */
  holds: number;
  appending: boolean;
  /** Whether another process may go on appending later: the file ends at `length` and is no body standing alone. */
  clean: boolean;
}
