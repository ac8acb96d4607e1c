/**
 * A parser under random attack. Each `*.fuzz.ts` exports one as `target`; `npm run fuzz` finds them all. Besides the
 * seeds given here the runner starts from every file in the `corpus/` folder beside the target.
 */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs to mutate, valid and odd ones. */
  seeds(): Iterable<Uint8Array>;
  /** Strings of the grammar, inserted at random. */
  readonly dictionary?: readonly string[];
  /** Runs the code once on an input of any kind; throws if an invariant breaks. Must not keep state. */
  run(input: Uint8Array): void;
}
