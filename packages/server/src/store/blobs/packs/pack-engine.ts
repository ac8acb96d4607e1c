import type { SpillFile } from './spill-file.ts';

/** Bytes of a pack at positions. */
export interface PackReader {
  /** Fills `into` from `position`; returns the bytes read, fewer only at the end of the pack. */
  read(into: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
}

/** Bytes of one record in order. Iterated once. */
export interface RecordSource {
  readonly length: number;
  readonly parts: readonly Uint8Array[] | AsyncIterable<Uint8Array>;
}

/** Where a record was written. */
export interface Appended {
  readonly pack: number;
  readonly offset: number;
}

/** `sequential` for those who go through a pack from front to back: reads ahead where a single read is dear. */
export type PackAccess = 'random' | 'sequential';

/**
 * Where packs are: files of a directory, or objects of a bucket. A pack is written by one process, whose name stands in
 * its row, and never changes where something was written; its id is never given out again. Rows of bodies are the blob
 * store's business. Failures: `store.full`, `store.unavailable`.
 */
export interface PackEngine extends AsyncDisposable {
  /** Records up to this length are kept in rows of the database until they are gathered into a pack, bytes; 0: none are. */
  readonly rowBytes: number;
  /** Bodies above this size stand alone in a pack, bytes. */
  readonly packedBytes: number;
  /** How many bytes of records are best copied at once. */
  readonly groupBytes: number;
  /** Makes what must be there before the first body. Called once. */
  prepare(): Promise<void>;
  /** Runs `work` with the pack's bytes; with null when there is no such pack. */
  use<T>(pack: number, work: (reader: PackReader | null) => Promise<T>, access?: PackAccess): Promise<T>;
  /** Ids of all packs that are there, ascending. */
  list(): Promise<number[]>;
  /** Length of a pack, bytes; null when there is none. */
  size(pack: number): Promise<number | null>;
  /** Removes a pack's bytes for ever. */
  remove(pack: number): Promise<void>;
  /** Writes a record; resolves when it is durable. Its pack is held until `release`. */
  append(source: RecordSource): Promise<Appended>;
  /** A place for a body that is too big for memory, on its way in. */
  spill(): Promise<SpillFile>;
  /** Makes a complete file a pack of one record and durable. Held until `release`; on failure the file stays the caller's. */
  publish(spill: SpillFile): Promise<Appended>;
  /** Ends one hold: a pack that nobody holds and nobody appends to is closed. */
  release(pack: number): void;
  /** Writes no more into a pack: it was taken away. */
  abandon(pack: number): void;
  /** Ends the pack that is being appended to, if any, so that others may compact it. */
  endPack(): Promise<void>;
  /** Removes what writers that died left behind outside of packs. `now`: ms since the epoch. */
  removeLeftovers(now: number): Promise<void>;
}
