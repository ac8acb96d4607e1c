/** An open file. Positions and lengths are bytes. Failures: `store.full`, `store.unavailable`. */
export interface OpenFile extends AsyncDisposable {
  /** Fills `into` from `position`; returns the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes all chunks, one after the other, from `position`. What a failed write left behind is undefined. */
  write(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** Resolves when the contents and the length are on disk. After a failure nothing unsynced may be trusted. */
  datasync(): Promise<void>;
  size(): Promise<number>;
}

export interface FileStatus {
  readonly size: number;
  /** Last change of the contents, ms since the epoch. */
  readonly modifiedAt: number;
}

/**
 * The file system as the store uses it. What may well happen (a file is missing, a name is taken) is a value;
 * everything else throws `store.full` or `store.unavailable` with the system's error as cause.
 */
export interface Files {
  /** Opens for reading; null when there is no such file. */
  openRead(path: string): Promise<OpenFile | null>;
  /** Opens for reading and writing; null when there is no such file. */
  openWrite(path: string): Promise<OpenFile | null>;
  /** Makes a new file for reading and writing; null when the name is taken, so it serves as a claim too. */
  create(path: string, mode?: number): Promise<OpenFile | null>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; false when that name is taken. */
  link(existing: string, to: string): Promise<boolean>;
  /** Returns whether there was such a file. */
  unlink(path: string): Promise<boolean>;
  stat(path: string): Promise<FileStatus | null>;
  /** Names in a directory, sorted; empty when it is missing. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

/** A whole small file, or null when it is missing. Reads at most `limit` bytes. */
export async function readSmallFile(files: Files, path: string, limit: number): Promise<Uint8Array | null> {
  await using file = await files.openRead(path);
  if (!file) return null;
  const into = Buffer.alloc(Math.min(limit, await file.size()));
  return into.subarray(0, await file.read(into, 0));
}
