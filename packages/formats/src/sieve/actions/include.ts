import { requireVariable } from '../execution/flags.ts';
import { newScope, type Run } from '../execution/run.ts';
import { constantOf } from '../language/arguments.ts';
import type { CommandShape, Execute } from '../language/shape.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';

/** Checks and runs the script that was found; given by the interpreter, which this command is a part of. */
export type RunIncluded = (run: Run, script: Uint8Array) => Promise<void>;

async function execute(run: Run, script: Uint8Array, name: string, runIncluded: RunIncluded): Promise<void> {
  const { scope } = run;
  run.scope = newScope();
  run.including.push(name);
  try {
    await runIncluded(run, script);
  } catch (error) {
    if (error instanceof SieveProblem) error.script ??= name;
    throw error;
  } finally {
    run.scope = scope;
    run.including.pop();
  }
  if (run.halt === 'return') run.halt = null;
}

function checkDepth(run: Run, key: string, at: Position): void {
  const { includeDepth, includes } = run.limits;
  if (run.including.includes(key))
    run.fail('run_include_loop', at, { name: excerpt(key.slice(key.indexOf(':') + 1)) });
  if (run.including.length >= includeDepth) run.fail('run_include_depth', at, { max: includeDepth });
  if (++run.includes > includes) run.fail('run_include_depth', at, { max: includes });
}

/** Runs another script of the account in the place of the command (RFC 6609 §3.2). */
export function includeCommand(runIncluded: RunIncluded): CommandShape {
  return {
    name: 'include',
    requires: 'include',
    rfc: '6609 §3.2',
    tags: {
      personal: { group: 'location' },
      global: { group: 'location' },
      once: {},
      optional: {},
    },
    positional: ['string'],
    prepare(args) {
      const name = args.constant(0) ?? '';
      const location = args.has('global') ? 'global' : 'personal';
      const key = `${location}:${name}`;
      return async run => {
        if (args.has('once') && run.included.has(key)) return;
        checkDepth(run, key, args.at);
        const script = await run.environment.script(location, name);
        if (script === null) {
          if (args.has('optional')) return;
          throw new SieveProblem('run_include_missing', args.at, { name: excerpt(name) });
        }
        run.included.add(key);
        await execute(run, script, key, runIncluded);
      };
    },
  };
}

/** Ends an included script; the script itself if it is the outermost (RFC 6609 §3.3). */
export const returnCommand: CommandShape = {
  name: 'return',
  requires: 'include',
  rfc: '6609 §3.3',
  prepare: () => run => {
    run.halt = 'return';
  },
};

/** Makes variables common to all scripts that declare them (RFC 6609 §3.4.1). */
export const globalCommand: CommandShape = {
  name: 'global',
  requires: 'include',
  rfc: '6609 §3.4.1',
  positional: ['strings'],
  prepare(args, facts): Execute {
    if (!facts.has('variables'))
      throw new SieveProblem('missing_require', args.at, { extension: 'variables', name: 'global' });
    const names = args.texts(0).map(text => requireVariable(constantOf(text).toLowerCase(), text));
    return run => {
      const { local, imported } = run.scope;
      for (const name of names) {
        // RFC 6609 §3.4.1: what is the script's own already cannot be everybody's.
        if (local.has(name)) run.fail('bad_variable', args.at, { name });
        imported.add(name);
      }
    };
  },
};
