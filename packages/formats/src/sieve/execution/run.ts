import type { Piece, Text } from '../language/text.ts';
import type { SieveLimits } from '../limits.ts';
import type { PartPath } from '../mime/part-paths.ts';
import { type Position, SieveProblem, type SieveProblemCode } from '../problem.ts';
import type { SieveAction } from './action.ts';
import type { SieveEnvironment } from './environment.ts';
import type { SieveMessage } from './message.ts';

/** Cuts a value, not through a character. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}

/** Variables of one script. Names in lower case. */
export interface Scope {
  readonly local: Map<string, string>;
  /** Names that `global` declared. */
  readonly imported: Set<string>;
  matches: readonly string[];
}

/** Why execution goes no further. */
export type Halt = 'stop' | 'return' | 'break';

/** The state of one execution of a script on one message. */
export class Run {
  readonly message: SieveMessage;
  readonly environment: SieveEnvironment;
  readonly limits: SieveLimits;
  /** Variables of all scripts (RFC 6609 §3.4). */
  readonly globals: Map<string, string> = new Map();
  readonly actions: SieveAction[] = [];
  /** The internal variable of RFC 5232 §2. */
  flags: readonly string[] = [];
  /** Whether the implicit keep still holds (RFC 5228 §2.10.2). */
  implicitKeep = true;
  halt: Halt | null = null;
  /** Name of the loop that `break` ends; null for the innermost. */
  breaks: string | null = null;
  /** The part that the innermost loop is at (RFC 5703 §3); null outside of loops. */
  part: PartPath | null = null;
  scope: Scope = newScope();
  /** Names of the scripts under way, the outermost first. */
  readonly including: string[] = [];
  readonly included: Set<string> = new Set();
  includes = 0;
  headerEdits = 0;
  messageEdits = 0;
  #steps = 0;
  #work = 0;

  constructor(message: SieveMessage, environment: SieveEnvironment, limits: SieveLimits) {
    this.message = message;
    this.environment = environment;
    this.limits = limits;
  }

  /** Counts one command or test. */
  step(at: Position): void {
    if (++this.#steps > this.limits.steps)
      throw new SieveProblem('run_steps', at, { max: this.limits.steps });
  }

  /** Counts characters that are about to be compared. */
  spend(work: number, at: Position): void {
    this.#work += work;
    if (this.#work > this.limits.work) throw new SieveProblem('run_work', at, { max: this.limits.work });
  }

  fail(code: SieveProblemCode, at: Position, fields: Readonly<Record<string, string | number>> = {}): never {
    throw new SieveProblem(code, at, fields);
  }

  text(text: Text): string {
    if (text.kind === 'constant') return text.value;
    const { stringLength } = this.limits;
    let result = '';
    for (const piece of text.pieces) {
      result += this.#piece(piece);
      if (result.length > stringLength) break;
    }
    this.spend(result.length, text.at);
    return cutText(result, stringLength);
  }

  texts(texts: readonly Text[]): string[] {
    return texts.map(text => this.text(text));
  }

  #piece(piece: Piece): string {
    if (typeof piece === 'string') return piece;
    if (piece.kind === 'match') return this.scope.matches[piece.index] ?? '';
    return this.variable(piece.kind === 'global' ? `global.${piece.name}` : piece.name);
  }

  /** Value of a variable; empty when it was not set (RFC 5229 §3). */
  variable(name: string): string {
    const [values, key] = this.#place(name);
    return values.get(key) ?? '';
  }

  setVariable(name: string, value: string, at: Position): void {
    const [values, key] = this.#place(name);
    const { variables, variableLength } = this.limits;
    if (!values.has(key) && values.size >= variables) this.fail('run_variables', at, { max: variables });
    values.set(key, cutText(value, variableLength));
  }

  #place(name: string): [Map<string, string>, string] {
    if (name.startsWith('global.')) return [this.globals, name.slice('global.'.length)];
    return [this.scope.imported.has(name) ? this.globals : this.scope.local, name];
  }

  /** Remembers what `:matches` found; index 0 is the whole (RFC 5229 §3.2). */
  setMatches(values: readonly string[]): void {
    this.scope.matches = values.map(value => cutText(value, this.limits.variableLength));
  }

  /** Adds an action; it replaces the implicit keep unless `keeps`. */
  act(action: SieveAction, at: Position, keeps = false): void {
    const { actions } = this.limits;
    if (this.actions.length >= actions) this.fail('run_actions', at, { max: actions });
    this.actions.push(action);
    if (!keeps) this.implicitKeep = false;
  }
}

export function newScope(): Scope {
  return { local: new Map(), imported: new Set(), matches: [] };
}
