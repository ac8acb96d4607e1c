import { decodePartText, transferEncodingOf } from '../../message/content.ts';
import { requireVariable } from '../execution/flags.ts';
import { cutText, type Run } from '../execution/run.ts';
import type { CommandShape } from '../language/shape.ts';
import { partAt } from '../mime/part-paths.ts';
import { SieveProblem } from '../problem.ts';
import { changeValue, modifiersOf, modifierTags } from './set.ts';

const plainEncodings: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

/** Text of the part that the loop is at; empty when it is none or cannot be decoded (RFC 5703 §7). */
async function partText(run: Run): Promise<string> {
  const { bytes, root } = await run.message.loaded();
  const part = partAt(root, run.part ?? []);
  if (part?.type !== 'text') return '';
  if (transferEncodingOf(part) === 'identity' && !plainEncodings.has(part.encoding)) return '';
  const end = Math.min(part.end, part.bodyStart + 4 * run.limits.bodyLength);
  const { text, problem } = decodePartText(part, bytes.subarray(part.bodyStart, end));
  return problem && end === part.end ? '' : text;
}

/** Puts the text of a part into a variable (RFC 5703 §7). */
export const extracttext: CommandShape = {
  name: 'extracttext',
  requires: 'extracttext',
  rfc: '5703 §7',
  tags: { ...modifierTags, first: { value: 'number' } },
  positional: ['string'],
  prepare(args, facts) {
    if (!facts.has('variables'))
      throw new SieveProblem('missing_require', args.at, { extension: 'variables', name: 'extracttext' });
    if (!facts.inLoop(null)) throw new SieveProblem('not_in_loop', args.at, { name: 'extracttext' });
    const given = (args.constant(0) ?? '').toLowerCase();
    const name = requireVariable(given, args.required(0));
    if (name.startsWith('global.') && !facts.has('include'))
      throw new SieveProblem('bad_variable', args.placeOf(0), { name });
    const modifiers = modifiersOf(args);
    const first = args.number('first');
    return async run => {
      const max = Math.min(first ?? run.limits.variableLength, run.limits.variableLength);
      const text = cutText(await partText(run), Math.max(max * 2, max));
      run.spend(text.length, args.at);
      const characters = Array.from(text).slice(0, max).join('');
      run.setVariable(name, changeValue(characters, modifiers, run.limits.variableLength), args.at);
    };
  },
};
