/** How bodies are written and kept at hand. */
export interface PackOptions {
  /** A pack is ended once it is this long, in bytes. Default 128 MiB. */
  readonly maxPackBytes?: number;
  /** Bodies above this size stand alone in a file, in bytes. Default 4 MiB, never below 256 KiB. */
  readonly packedBytes?: number;
  /** How long others wait before they take a silent process for dead, in ms. Default 10 minutes. */
  readonly leaseMs?: number;
  /** Encrypt bodies at rest. Default true. */
  readonly encrypt?: boolean;
  /** Pack files kept open for reading. Default 64. */
  readonly openPacks?: number;
  /** Locations kept in memory. Default 20,000 (about 5 MB). */
  readonly cachedLocations?: number;
}

/** Default of `leaseMs`. */
export const packLeaseMs: number = 10 * 60 * 1000;
