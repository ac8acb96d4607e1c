import type { Pop3Session } from './session.ts';

/** RFC 1939 §3; UPDATE is what QUIT does. */
export type Pop3State = 'authorization' | 'transaction';

/** One POP3 command. A file of `commands/` exports one; `registry.ts` lists them. */
export interface Pop3Command {
  /** Upper case. */
  readonly keyword: string;
  /** States in which it is valid. */
  readonly states: readonly Pop3State[];
  /** Where it is defined: `1939 §5`. */
  readonly rfc: readonly string[];
  /** Reads the argument, which may hold anything; null when it is not well-formed. */
  readonly parse: (argument: Buffer) => unknown;
  /** Answers, with a refusal or in full. May throw what `replyOfError` knows. */
  readonly run: (session: Pop3Session, args: never) => void | Promise<void>;
}

interface CommandDefinition<Args> {
  readonly keyword: string;
  readonly states: readonly Pop3State[];
  readonly rfc: readonly string[];
  readonly parse: (argument: Buffer) => Args | null;
  readonly run: (session: Pop3Session, args: Args) => void | Promise<void>;
}

/** Makes a command of its definition; what `parse` returns is what `run` gets. */
export function defineCommand<Args>(definition: CommandDefinition<Args>): Pop3Command {
  return definition;
}

/** `parse` of a command without arguments; spaces are forgiven. */
export function noArgument(argument: Buffer): true | null {
  return argument.every(byte => byte === 0x20) || null;
}
