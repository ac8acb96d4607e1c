import type { Readable, Writable } from 'node:stream';
import type { Phrases } from '@hongyan/phrases/phrases.ts';
import type { Config } from '../config/config.ts';
import { type Environment, loadConfig } from '../config/load.ts';
import type { ExitCode } from '../exit-codes.ts';

/** What a command talks to. Tests give their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Environment;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly data?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

/** Ends a command with a message and a status that mean something. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, code: ExitCode) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = code;
  }
}

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly phrases: Phrases;
  readonly options: GlobalOptions;
  /** The configuration with `--data` applied. Throws `ConfigError`. */
  config(): Config;
  /** Prints a result: as one JSON value with `--json`, else the lines. */
  print(value: unknown, lines: readonly string[]): void;
  /** Prints a remark to standard error; nothing with `--json`. */
  note(text: string): void;
}

export function createCommandContext(
  terminal: Terminal,
  phrases: Phrases,
  options: GlobalOptions,
): CommandContext {
  return {
    terminal,
    phrases,
    options,
    config() {
      const config = loadConfig(options.config ?? null, terminal.environment);
      return options.data === undefined ? config : { ...config, data: options.data };
    },
    print(value, lines) {
      if (options.json) terminal.stdout.write(`${JSON.stringify(value)}\n`);
      else if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`);
    },
    note(text) {
      if (!options.json) terminal.stderr.write(`${text}\n`);
    },
  };
}
