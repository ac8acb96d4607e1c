import { requireVariable } from '../execution/flags.ts';
import { cutText } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { CommandShape, TagShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

const changed = (first: string, rest: string): string => `${first}${rest}`;

/** Modifiers, highest precedence first (RFC 5229 §4.1, RFC 5435 §6). */
const modifiers: readonly (readonly [name: string, change: Modifier])[] = [
  ['lower', value => value.toLowerCase()],
  ['upper', value => value.toUpperCase()],
  ['lowerfirst', value => changed(value.slice(0, 1).toLowerCase(), value.slice(1))],
  ['upperfirst', value => changed(value.slice(0, 1).toUpperCase(), value.slice(1))],
  ['quotewildcard', value => value.replaceAll(/[*?\\]/g, '\\$&')],
  ['quoteregex', value => value.replaceAll(/[.^$*+?()[\]{}|\\]/g, '\\$&')],
  ['encodeurl', (value, max) => encodeUrl(cutText(value, max))],
  ['length', value => String(Array.from(value).length)],
];

/** RFC 5435 §6: everything but unreserved characters as octets in percent form. */
function encodeUrl(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** One way of changing a value, and how long it may become. */
export type Modifier = (value: string, max: number) => string;

/** The modifiers that were given, in the order in which they apply. */
export function modifiersOf(args: Arguments): readonly Modifier[] {
  return modifiers.filter(([modifier]) => args.has(modifier)).map(([, change]) => change);
}

export function changeValue(value: string, changes: readonly Modifier[], max: number): string {
  return changes.reduce((changed, change) => change(changed, max), value);
}

/** Tags of the modifiers. */
export const modifierTags: Readonly<Record<string, TagShape>> = {
  lower: { group: 'case' },
  upper: { group: 'case' },
  lowerfirst: { group: 'case of the first letter' },
  upperfirst: { group: 'case of the first letter' },
  quotewildcard: { group: 'quoting' },
  quoteregex: { group: 'quoting', requires: 'regex' },
  encodeurl: { requires: 'enotify' },
  length: {},
};

/** Gives a variable a value (RFC 5229 §4). */
export const set: CommandShape = {
  name: 'set',
  requires: 'variables',
  rfc: '5229 §4',
  tags: modifierTags,
  positional: ['string', 'string'],
  prepare(args, facts) {
    const given = args.constant(0) ?? '';
    const name = requireVariable(given.toLowerCase(), args.required(0));
    if (name.startsWith('global.') && !facts.has('include'))
      throw new SieveProblem('bad_variable', args.placeOf(0), { name });
    const wanted = modifiersOf(args);
    return run => {
      const value = changeValue(run.text(args.required(1)), wanted, run.limits.variableLength);
      run.setVariable(name, value, args.at);
    };
  },
};
