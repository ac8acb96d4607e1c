import { decodeWords } from '../../message/encoded-word.ts';
import { HeaderBlock } from '../../message/headers.ts';
import { parseParameterised } from '../../message/parameters.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { TagShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';
import { partAt, pathsOf } from './part-paths.ts';

/** `:mime` and `:anychild` (RFC 5703 §4). */
export const mimeTags: Readonly<Record<string, TagShape>> = {
  mime: { requires: 'mime' },
  anychild: { requires: 'mime' },
};

/** What of a MIME field `header` looks at (RFC 5703 §4.1). */
export const mimeOptionTags: Readonly<Record<string, TagShape>> = {
  type: { group: 'MIME option', requires: 'mime' },
  subtype: { group: 'MIME option', requires: 'mime' },
  contenttype: { group: 'MIME option', requires: 'mime' },
  param: { group: 'MIME option', value: 'strings', requires: 'mime' },
};

const options = ['type', 'subtype', 'contenttype', 'param'] as const;

export type MimeOption = (typeof options)[number];

/** Throws `missing_argument` for what only goes with `:mime`. */
export function checkMimeTags(args: Arguments): void {
  const needs = args.oneOf(['anychild', ...options]);
  if (needs !== null && !args.has('mime'))
    throw new SieveProblem('missing_argument', args.at, { name: `:${needs}`, expected: ':mime' });
}

export function mimeOptionOf(args: Arguments): MimeOption | null {
  return options.find(option => args.has(option)) ?? null;
}

/**
 * The headers that a test looks at: the message's without `:mime`, that of the part the loop is at with it, and with
 * `:anychild` those of all parts inside that one, too (RFC 5703 §4.1).
 */
export async function headersOf(run: Run, args: Arguments): Promise<readonly HeaderBlock[]> {
  const { message } = run;
  const path = run.part ?? [];
  const anychild = args.has('anychild');
  if (!args.has('mime') || (path.length === 0 && !anychild)) return [message.header];
  const { bytes, root } = await message.loaded();
  const paths = anychild ? pathsOf(root, path) : [path];
  const blocks: HeaderBlock[] = [];
  for (const each of paths) {
    run.step(args.at);
    if (each.length === 0) {
      blocks.push(message.header);
      continue;
    }
    const part = partAt(root, each);
    if (part === null) continue;
    const header = bytes.subarray(part.headerStart, part.bodyStart);
    run.spend(header.length, args.at);
    blocks.push(new HeaderBlock(header));
  }
  return blocks;
}

/** What an option makes of one field; nothing for a field that cannot be read so. */
export function mimeValues(
  field: string,
  value: string,
  option: MimeOption,
  parameters: readonly string[],
): readonly string[] {
  const parsed = parseParameterised(value);
  if (option === 'param') {
    const wanted = new Set(parameters.map(name => name.toLowerCase()));
    return parsed.parameters.filter(({ name }) => wanted.has(name)).map(each => decodeWords(each.value));
  }
  const name = field.toLowerCase();
  const whole = parsed.value.trim().toLowerCase();
  if (name === 'content-disposition') return option === 'subtype' || whole === '' ? [''] : [whole];
  if (name !== 'content-type') return [''];
  const slash = whole.indexOf('/');
  if (slash <= 0 || slash === whole.length - 1) return [];
  if (option === 'type') return [whole.slice(0, slash)];
  return [option === 'subtype' ? whole.slice(slash + 1) : whole];
}
