import type { ImapLimits } from '@hongyan/formats/imap/limits.ts';
import type { LiteralHeader } from '@hongyan/formats/imap/literal-header.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import type { Session } from './session.ts';

/** RFC 9051 §3. `selected` includes EXAMINE. */
export type SessionState = 'not-authenticated' | 'authenticated' | 'selected';

/**
 * What a command has to do with sequence numbers. `uses`: takes or returns them, so no EXPUNGE may be said while it
 * runs (RFC 9051 §7.5.1). `changes`: removes messages or changes the mailbox, EXPUNGE belongs to it. `opens`: answers with
 * one picture of a mailbox, to which nothing is added: what came after it is told with the next command. `none`: neither.
 */
export type SequenceEffect = 'none' | 'uses' | 'changes' | 'opens';

/** How a command ended. `code` is what stands in the brackets, `text` is English for logs and people who read them. */
export interface CommandResult {
  readonly status: 'OK' | 'NO' | 'BAD';
  readonly code?: string;
  readonly text: string;
}

/** How a command was given. */
export interface Invocation {
  readonly tag: string;
  /** With the UID prefix. */
  readonly uid: boolean;
  /** The literal that follows the arguments and was not read yet; only for commands that stream. */
  readonly literal: LiteralHeader | null;
}

/** What `parse` may need to know about the session. */
export interface ParseContext {
  readonly uid: boolean;
  /** Mailbox names are UTF-8 (RFC 9051 §5.1, RFC 6855 §3). */
  readonly utf8: boolean;
  readonly limits: ImapLimits;
}

/** One IMAP command. A file of `commands/` exports one; `registry.ts` lists them. */
export interface Command {
  /** Upper case. */
  readonly name: string;
  readonly states: readonly SessionState[];
  readonly sequenceEffect: SequenceEffect;
  /** Capabilities that this command stands for, as CAPABILITY names them. */
  readonly capability: readonly string[];
  /** Whether `UID name` exists; it may announce EXPUNGE where the plain form may not. */
  readonly uid: boolean;
  /** Whether the form without UID takes or returns message numbers: UIDONLY shuts it off (RFC 9586 §3). */
  readonly numbered: boolean;
  /** Whether its literals are read by `run` and never held in memory as a whole. */
  readonly streams: boolean;
  /** May take long and says nothing before it is done: progress is told (RFC 9585). */
  readonly slow: boolean;
  /** Where it is defined: `9051 §6.3.2`. */
  readonly rfc: readonly string[];
  /** Reads the arguments, the space before them included. Throws `ImapSyntaxError` or `BadCharsetError`. */
  readonly parse: (scanner: Scanner, context: ParseContext) => unknown;
  /** Whether the arguments hold sequence numbers though the command is a UID command (RFC 7162 §3.2.10.2). */
  readonly hasNumbers?: (args: never) => boolean;
  /** Does it and says how it ended; null when the tagged answer has been given already. */
  readonly run: (session: Session, args: never, invocation: Invocation) => Promise<CommandResult | null>;
}

/** What a command's file says; the rest has defaults. */
interface CommandDefinition<Args> {
  readonly name: string;
  readonly states: readonly SessionState[];
  readonly sequenceEffect?: SequenceEffect;
  readonly capability?: readonly string[];
  readonly uid?: boolean;
  readonly numbered?: boolean;
  readonly streams?: boolean;
  readonly slow?: boolean;
  readonly rfc: readonly string[];
  readonly parse: (scanner: Scanner, context: ParseContext) => Args;
  readonly hasNumbers?: (args: Args) => boolean;
  readonly run: (session: Session, args: Args, invocation: Invocation) => Promise<CommandResult | null>;
}

/** Makes a command of its definition; what `parse` returns is what `run` gets. */
export function defineCommand<Args>(definition: CommandDefinition<Args>): Command {
  const numbered = definition.uid === true;
  const usual = { sequenceEffect: 'none', capability: [], uid: false, streams: false, slow: false } as const;
  return { ...usual, numbered, ...definition };
}

/** `parse` of a command without arguments. */
export function noArguments(): void {
  // The dispatcher checks that nothing follows.
}

export const signedIn: readonly SessionState[] = ['authenticated', 'selected'];
export const anyState: readonly SessionState[] = ['not-authenticated', 'authenticated', 'selected'];

export function ok(text: string, code?: string): CommandResult {
  return code === undefined ? { status: 'OK', text } : { status: 'OK', code, text };
}

export function no(code: string, text: string): CommandResult {
  return { status: 'NO', code, text };
}

export function bad(text: string, code?: string): CommandResult {
  return code === undefined ? { status: 'BAD', text } : { status: 'BAD', code, text };
}
