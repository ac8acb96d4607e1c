/** What one script may take and do. Sizes in characters unless said otherwise. */
export interface SieveLimits {
  /** Octets of a script. */
  readonly scriptBytes: number;
  /** Blocks and tests within each other (RFC 5228 §2.10.5 asks for 15 at least). */
  readonly nesting: number;
  /** Commands and tests of one script. */
  readonly nodes: number;
  /** Strings in one list. */
  readonly listLength: number;
  /** Longest string of a script. */
  readonly stringLength: number;
  /** Longest pattern of `:matches` and `:contains`. */
  readonly patternLength: number;
  /** Commands and tests that one run executes, includes counted in. */
  readonly steps: number;
  /** Characters that one run compares. */
  readonly work: number;
  /** Actions with an effect, of one run. */
  readonly actions: number;
  /** Changes of the header by one run (RFC 5293). */
  readonly headerEdits: number;
  /** `replace` and `enclose` of one run (RFC 5703). */
  readonly messageEdits: number;
  /** `foreverypart` within each other (RFC 5703 §3 asks for 2 at least). */
  readonly loops: number;
  /** Longest value of a field that is added (RFC 5293 §4 asks for 998 at least). */
  readonly headerLength: number;
  /** `redirect` of one run (RFC 5228 §4.2). */
  readonly redirects: number;
  /** `notify` of one run. */
  readonly notifications: number;
  /** Variables at a time (RFC 5229 §6 asks for 128 at least). */
  readonly variables: number;
  /** Longest value of a variable; what is longer is cut (RFC 5229 §6 asks for 4,000 at least). */
  readonly variableLength: number;
  /** Flags that one run collects. */
  readonly flags: number;
  /** Scripts included within each other (RFC 6609 §3.1 asks for 3 at least). */
  readonly includeDepth: number;
  /** Scripts included by one run. */
  readonly includes: number;
  /** Longest time to remember a message for `duplicate`, seconds. */
  readonly duplicateSeconds: number;
  /** Decoded text of one body part that `body` looks at. */
  readonly bodyLength: number;
  /** Shortest and longest time between two answers of `vacation` to one sender, seconds (RFC 5230 §4.1, RFC 6131 §2). */
  readonly vacationSeconds: { readonly min: number; readonly max: number; readonly standard: number };
}

const day = 86_400;

export const defaultSieveLimits: SieveLimits = {
  scriptBytes: 256 * 1024,
  nesting: 32,
  nodes: 20_000,
  listLength: 5_000,
  stringLength: 64 * 1024,
  patternLength: 1_024,
  steps: 50_000,
  work: 100_000_000,
  actions: 32,
  headerEdits: 32,
  messageEdits: 16,
  loops: 4,
  headerLength: 4_096,
  redirects: 5,
  notifications: 5,
  variables: 128,
  variableLength: 8_192,
  flags: 64,
  includeDepth: 10,
  includes: 50,
  duplicateSeconds: 90 * day,
  bodyLength: 1024 * 1024,
  vacationSeconds: { min: 60, max: 90 * day, standard: 7 * day },
};
