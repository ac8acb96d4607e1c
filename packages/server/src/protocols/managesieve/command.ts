import { textOf, type Word } from '@hongyan/formats/managesieve/scanner.ts';
import type { ManageSieveSession } from './session.ts';

/** One ManageSieve command. A file of `commands/` exports one; `registry.ts` lists them. */
export interface ManageSieveCommand {
  /** Upper case. */
  readonly name: string;
  /** Whether it needs somebody to have signed in; `no`: only before. */
  readonly signedIn: 'yes' | 'no' | 'either';
  /** Where it is defined: `5804 §2.6`. */
  readonly rfc: string;
  /** Reads the words behind the name; null when they are not what the command takes. */
  readonly parse: (words: readonly Word[]) => unknown;
  /** Answers, ending with exactly one OK, NO or BYE. May throw what `replyOfError` knows. */
  readonly run: (session: ManageSieveSession, args: never) => void | Promise<void>;
}

interface CommandDefinition<Args> extends Omit<ManageSieveCommand, 'parse' | 'run'> {
  readonly parse: (words: readonly Word[]) => Args | null;
  readonly run: (session: ManageSieveSession, args: Args) => void | Promise<void>;
}

/** Makes a command of its definition; what `parse` returns is what `run` gets. */
export function defineCommand<Args>(definition: CommandDefinition<Args>): ManageSieveCommand {
  return definition;
}

/** `parse` of a command without arguments. */
export function noWords(words: readonly Word[]): true | null {
  return words.length === 0 || null;
}

/** A string as text; null when the word is none. */
export function textWord(word: Word | undefined): string | null {
  return word?.kind === 'string' ? textOf(word.octets) : null;
}

/** `parse` of a command with one name. */
export function oneName(words: readonly Word[]): string | null {
  return words.length === 1 ? textWord(words[0]) : null;
}
