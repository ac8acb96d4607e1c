import type { Position } from '../problem.ts';

/** An argument as written (RFC 5228 §2.6). */
export type Argument = { readonly at: Position } & (
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'strings'; readonly items: readonly StringItem[]; readonly list: boolean }
);

export interface StringItem {
  readonly text: string;
  readonly at: Position;
}

/** A test as written. */
export interface TestNode {
  readonly name: string;
  readonly at: Position;
  readonly args: readonly Argument[];
  readonly tests: readonly TestNode[];
  /** Where the command ends: what is missing is missing here. */
  readonly end: Position;
}

/** A command as written; `block` is null when it ends with a semicolon. */
export interface CommandNode extends TestNode {
  readonly block: readonly CommandNode[] | null;
}
