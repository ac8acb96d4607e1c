import { createPhrases, languageOf, type Phrases } from '@hongyan/phrases/phrases.ts';
import { CommanderError } from 'commander';
import { type ErrorCode, isMailError, type MailError } from '../../platform/errors.ts';
import { ConfigError, describeProblem } from '../config/problems.ts';
import { type ExitCode, exitCode } from '../exit-codes.ts';
import { StartError } from '../start-error.ts';
import { CommandError, type Terminal } from './context.ts';
import { buildProgram } from './program.ts';

/** Language of messages before the configuration is known. */
export function terminalLanguage(environment: Terminal['environment']): Phrases {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return createPhrases(languageOf(LC_ALL || LC_MESSAGES || LANG));
}

const notFoundCodes: ReadonlySet<ErrorCode> = new Set([
  'account.not_found',
  'domain.not_found',
  'mailbox.not_found',
  'message.not_found',
]);
const usageCodes: ReadonlySet<ErrorCode> = new Set(['address.invalid', 'input.invalid']);

function codeOf(error: MailError): ExitCode {
  if (notFoundCodes.has(error.code)) return exitCode.notFound;
  return usageCodes.has(error.code) ? exitCode.usage : exitCode.failure;
}

function describe(error: unknown, phrases: Phrases): { readonly text: string; readonly code: ExitCode } {
  if (error instanceof ConfigError) {
    const lines = error.problems.map(problem => describeProblem(problem, phrases));
    return { text: lines.join('\n'), code: exitCode.usage };
  }
  if (error instanceof StartError) return { text: error.describe(phrases), code: exitCode.failure };
  if (error instanceof CommandError) return { text: error.message, code: error.exitCode };
  if (isMailError(error)) {
    const text = phrases.find(`error.${error.code}`) ?? error.message;
    const fields = Object.entries(error.fields).map(([name, value]) => `${name}: ${value}`);
    return { text: fields.length > 0 ? `${text} (${fields.join(', ')})` : text, code: codeOf(error) };
  }
  // A fault of the program: the stack is what somebody needs to find it.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text, code: exitCode.failure };
}

function report(terminal: Terminal, phrases: Phrases, error: unknown, json: boolean): ExitCode {
  const { text, code } = describe(error, phrases);
  if (json) {
    const failure = { error: isMailError(error) ? error.code : 'failed', message: text };
    terminal.stdout.write(`${JSON.stringify(failure)}\n`);
  } else {
    terminal.stderr.write(`${phrases.say('command.failed', { reason: text })}\n`);
  }
  return code;
}

/** Runs one command line (without `node` and the script) and returns the exit status. Never throws. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const phrases = terminalLanguage(terminal.environment);
  let code: ExitCode = exitCode.ok;
  const program = await buildProgram(args, terminal, phrases, result => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    return report(terminal, phrases, error, args.includes('--json'));
  }
}
