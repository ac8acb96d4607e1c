/** The limits of RFC 8620 §2 that the session announces. Sizes are octets. */
export interface JmapLimits {
  readonly maxSizeUpload: number;
  readonly maxConcurrentUpload: number;
  readonly maxSizeRequest: number;
  readonly maxConcurrentRequests: number;
  readonly maxCallsInRequest: number;
  readonly maxObjectsInGet: number;
  readonly maxObjectsInSet: number;
}

export const defaultJmapLimits: JmapLimits = {
  maxSizeUpload: 100 * 1024 * 1024,
  maxConcurrentUpload: 4,
  maxSizeRequest: 10 * 1024 * 1024,
  maxConcurrentRequests: 8,
  maxCallsInRequest: 64,
  maxObjectsInGet: 1_000,
  maxObjectsInSet: 1_000,
};

/** Bounds of the grammar that no client has a reason to reach; they are not announced. */
export const grammarLimits = {
  /** Arrays and objects inside one another. */
  depth: 64,
  /** Values in one request, keys counted as values. */
  values: 500_000,
  /** Tokens of one JSON pointer. */
  pointerTokens: 16,
  /** Values that one result reference may bring. */
  referenceValues: 10_000,
  /** FilterOperators inside one another, and conditions of one filter. */
  filterDepth: 16,
  filterConditions: 200,
  comparators: 16,
} as const;
