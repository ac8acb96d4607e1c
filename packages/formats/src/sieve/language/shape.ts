import type { Run } from '../execution/run.ts';
import type { SieveLimits } from '../limits.ts';
import type { Arguments } from './arguments.ts';

export type ValueKind = 'string' | 'strings' | 'number';

/** A tagged argument of a command or test. */
export interface TagShape {
  /** What follows the tag; nothing when left out. */
  readonly value?: ValueKind;
  /** Extension that has to be required for it. */
  readonly requires?: string;
  /** Only one tag of a group may be given. */
  readonly group?: string;
}

/** What commands and tests have in common. */
export interface Shape {
  /** Lower case. */
  readonly name: string;
  /** Extension that has to be required, one of several, or null for the base language. */
  readonly requires: string | readonly string[] | null;
  /** Where it is defined. */
  readonly rfc: string;
  readonly tags?: Readonly<Record<string, TagShape>>;
  readonly positional?: readonly ValueKind[];
  /** How many positional arguments may be left out, and at which end. */
  readonly optional?: number;
  readonly optionalAt?: 'front' | 'end';
}

/** What is known when a command or test is checked. */
export interface Facts {
  readonly limits: SieveLimits;
  /** Whether the script required an extension. */
  readonly has: (extension: string) => boolean;
  /** Whether it stands in a `foreverypart`, one of that name if it is not null. */
  readonly inLoop: (name: string | null) => boolean;
}

export type Evaluate = (run: Run) => boolean | Promise<boolean>;
export type Execute = (run: Run) => void | Promise<void>;

/** A test. `prepare` checks the arguments (throws `SieveProblem`) and returns what evaluates it. */
export interface TestShape extends Shape {
  readonly tests?: 'none' | 'one' | 'many';
  prepare(args: Arguments, facts: Facts, tests: readonly Evaluate[]): Evaluate;
}

/** An action or control command without a block. */
export interface CommandShape extends Shape {
  prepare(args: Arguments, facts: Facts): Execute;
}
