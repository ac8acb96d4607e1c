import { includeCommand } from './actions/include.ts';
import { checkConflicts } from './actions/reject.ts';
import type { SieveAction } from './execution/action.ts';
import type { SieveEnvironment } from './execution/environment.ts';
import type { SieveMessage } from './execution/message.ts';
import { Run } from './execution/run.ts';
import { Checker, type Statement, type Vocabulary } from './language/checker.ts';
import { parseScript } from './language/parser.ts';
import { scriptText } from './language/text.ts';
import { defaultSieveLimits, type SieveLimits } from './limits.ts';
import { isWithin, pathsOf } from './mime/part-paths.ts';
import { SieveProblem } from './problem.ts';
import { sieveCommands, sieveTests } from './registry.ts';

/** A script that was read and checked. It holds no state: run it as often as wanted. */
export interface SieveScript {
  readonly statements: readonly Statement[];
  readonly limits: SieveLimits;
}

export type SieveReading =
  | { readonly kind: 'script'; readonly script: SieveScript }
  | { readonly kind: 'invalid'; readonly problem: SieveProblem };

/** What a run came to. A script that failed has decided nothing: the message is kept (RFC 5228 §2.10.6). */
export type SieveOutcome =
  | { readonly kind: 'done'; readonly actions: readonly SieveAction[] }
  | { readonly kind: 'failed'; readonly problem: SieveProblem };

const vocabulary: Vocabulary = {
  commands: new Map(
    [...sieveCommands, includeCommand(runIncluded)].map(command => [command.name, command] as const),
  ),
  tests: new Map(sieveTests.map(test => [test.name, test] as const)),
};

function prepare(bytes: Uint8Array, limits: SieveLimits): Statement[] {
  return new Checker(vocabulary, limits).check(parseScript(scriptText(bytes, limits), limits));
}

async function runIncluded(run: Run, bytes: Uint8Array): Promise<void> {
  await runStatements(run, prepare(bytes, run.limits));
}

async function runStatements(run: Run, statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) {
    run.step(statement.at);
    if (statement.kind === 'command') await statement.execute(run);
    else if (statement.kind === 'loop') await runLoop(run, statement);
    else {
      for (const { test, block } of statement.branches) {
        if (test !== null && !(await test(run))) continue;
        await runStatements(run, block);
        break;
      }
    }
    if (run.halt !== null) return;
  }
}

/** Runs a block for each part, the message itself first; within a loop for each part inside that one (RFC 5703 §3). */
async function runLoop(run: Run, loop: Extract<Statement, { readonly kind: 'loop' }>): Promise<void> {
  const { message, part: outer } = run;
  const { renewed } = message;
  const replacedBefore = message.replaced.length;
  const { root } = await message.loaded();
  const paths = outer === null ? pathsOf(root, []) : pathsOf(root, outer).slice(1);
  for (const path of paths) {
    run.step(loop.at);
    if (message.replaced.slice(replacedBefore).some(gone => isWithin(path, gone))) continue;
    run.part = path;
    await runStatements(run, loop.block);
    if (run.halt === 'break' && (run.breaks === null || run.breaks === loop.name)) {
      run.halt = null;
      break;
    }
    // It is another message now: the parts that were to come are no longer there.
    if (run.halt !== null || message.renewed !== renewed) break;
  }
  run.part = outer === null || message.renewed === renewed ? outer : [];
}

/** Reads and checks a script (RFC 5228). Never throws for what stands in it. */
export function readSieve(bytes: Uint8Array, limits: SieveLimits = defaultSieveLimits): SieveReading {
  try {
    return { kind: 'script', script: { statements: prepare(bytes, limits), limits } };
  } catch (problem) {
    if (problem instanceof SieveProblem) return { kind: 'invalid', problem };
    throw problem;
  }
}

/**
 * Runs a script on a message and says what is to be done; nothing is done yet. The implicit keep is among the actions
 * when it holds (RFC 5228 §2.10.2). What the environment or the message throw comes through.
 */
export async function runSieve(
  script: SieveScript,
  message: SieveMessage,
  environment: SieveEnvironment,
): Promise<SieveOutcome> {
  const run = new Run(message, environment, script.limits);
  try {
    await runStatements(run, script.statements);
    checkConflicts(run, { line: 1, column: 1 });
    if (run.implicitKeep) run.actions.push({ kind: 'keep', flags: run.flags, edited: message.edited });
    return { kind: 'done', actions: run.actions };
  } catch (problem) {
    if (problem instanceof SieveProblem) return { kind: 'failed', problem };
    throw problem;
  }
}
