import type { Arguments } from '../language/arguments.ts';
import { type Text, variableName } from '../language/text.ts';
import { excerpt, SieveProblem } from '../problem.ts';
import type { Run } from './run.ts';

/** RFC 3501 §9 flag-keyword, or a system flag that may be set. */
const systemFlags = new Set(['\\answered', '\\flagged', '\\deleted', '\\seen', '\\draft']);
const keyword = /^[!#-'+-Z^-z|}$-]{1,100}$/;

function isFlag(text: string): boolean {
  return text.startsWith('\\') ? systemFlags.has(text.toLowerCase()) : keyword.test(text) && text !== ']';
}

/** Flags out of strings: each may hold several with blanks between them; case does not tell them apart (RFC 5232 §2). */
export function flagsOf(texts: readonly string[], max: number): string[] {
  const flags = new Map<string, string>();
  for (const flag of texts.flatMap(text => text.split(/[ \t]+/))) {
    if (isFlag(flag) && !flags.has(flag.toLowerCase())) flags.set(flag.toLowerCase(), flag);
    if (flags.size >= max) break;
  }
  return [...flags.values()];
}

/** The variable that a flag command changes; null is the internal one (RFC 5232 §3). */
export function flagVariable(args: Arguments, has: (extension: string) => boolean): string | null {
  if (!args.given(0)) return null;
  const at = args.placeOf(0);
  if (!has('variables'))
    throw new SieveProblem('missing_require', at, { extension: 'variables', name: args.name });
  return requireVariable(args.constant(0) ?? '', args.required(0));
}

/** A name of a variable that can be written. */
export function requireVariable(name: string, text: Text): string {
  const plain = variableName(name.startsWith('global.') ? name.slice('global.'.length) : name);
  if (plain === null) throw new SieveProblem('bad_variable', text.at, { name: excerpt(name) });
  return name.startsWith('global.') ? `global.${plain}` : plain;
}

export function readFlags(run: Run, variable: string | null): readonly string[] {
  return variable === null ? run.flags : flagsOf([run.variable(variable)], run.limits.flags);
}

export function writeFlags(
  run: Run,
  variable: string | null,
  flags: readonly string[],
  args: Arguments,
): void {
  if (variable === null) run.flags = flags;
  else run.setVariable(variable, flags.join(' '), args.at);
}

/** Flags of `:flags`, else of the internal variable (RFC 5232 §5). */
export function flagsForAction(run: Run, args: Arguments): readonly string[] {
  return args.has('flags') ? flagsOf(run.texts(args.texts('flags')), run.limits.flags) : run.flags;
}
