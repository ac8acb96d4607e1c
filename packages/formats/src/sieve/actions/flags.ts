import { flagsOf, flagVariable, readFlags, writeFlags } from '../execution/flags.ts';
import type { CommandShape } from '../language/shape.ts';

type Change = (before: readonly string[], flags: readonly string[], max: number) => readonly string[];

function changing(name: string, rfc: string, change: Change): CommandShape {
  return {
    name,
    requires: 'imap4flags',
    rfc,
    positional: ['string', 'strings'],
    optional: 1,
    prepare(args, facts) {
      const variable = flagVariable(args, facts.has);
      return run => {
        const max = run.limits.flags;
        const flags = flagsOf(run.texts(args.texts(1)), max);
        writeFlags(run, variable, change(readFlags(run, variable), flags, max), args);
      };
    },
  };
}

/** Sets the flags of later `keep` and `fileinto` (RFC 5232 §3.1). */
export const setflag: CommandShape = changing('setflag', '5232 §3.1', (_before, flags) => flags);

/** Adds to them (RFC 5232 §3.2). */
export const addflag: CommandShape = changing('addflag', '5232 §3.2', (before, flags, max) =>
  flagsOf([...before, ...flags], max),
);

/** Takes from them (RFC 5232 §3.3). */
export const removeflag: CommandShape = changing('removeflag', '5232 §3.3', (before, flags) => {
  const gone = new Set(flags.map(flag => flag.toLowerCase()));
  return before.filter(flag => !gone.has(flag.toLowerCase()));
});
