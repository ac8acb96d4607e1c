import { decodeWords } from '../../message/encoded-word.ts';
import { textField } from '../../message/fields.ts';
import type { HeaderField } from '../../message/headers.ts';
import { checkHeaderNames, fieldIndexOf, indexTags, isHeaderName } from '../execution/headers.ts';
import { checkKeys, type Matching, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt } from '../problem.ts';

/** Fields that say where a message has been, and what it was before `replace`: they stay (RFC 5293 §6, RFC 5703 §5). */
const kept: ReadonlySet<string> = new Set([
  'received',
  'auto-submitted',
  'delivered-to',
  'return-path',
  'original-subject',
  'original-from',
]);

/** Counts one change and the copying that it costs. */
function countEdit(run: Run, args: Arguments): void {
  const max = run.limits.headerEdits;
  if (++run.headerEdits > max) run.fail('run_header_edits', args.at, { max });
  run.spend(run.message.header.bytes.length, args.at);
}

function nameOf(run: Run, args: Arguments): string {
  const name = run.text(args.required(0));
  if (!isHeaderName(name)) run.fail('bad_header_name', args.placeOf(0), { name: excerpt(name) });
  return name;
}

/** Adds a header field; later tests and actions see it (RFC 5293 §4). */
export const addheader: CommandShape = {
  name: 'addheader',
  requires: 'editheader',
  rfc: '5293 §4',
  tags: { last: {} },
  positional: ['string', 'string'],
  prepare(args) {
    checkHeaderNames([args.required(0)]);
    return run => {
      const value = run.text(args.required(1));
      const name = nameOf(run, args);
      if (value.length > run.limits.headerLength)
        run.fail('bad_value', args.placeOf(1), { name: 'addheader', value: excerpt(value) });
      countEdit(run, args);
      run.message.addField(textField(name, value), args.has('last'));
    };
  },
};

function fits(run: Run, args: Arguments, matching: Matching, field: HeaderField): boolean {
  if (!args.given(1)) return true;
  const value = decodeWords(run.message.header.text(field)).trim();
  return matchValues(run, matching, [value], args.texts(1));
}

/** Removes header fields; later tests and actions do not see them (RFC 5293 §5). */
export const deleteheader: CommandShape = {
  name: 'deleteheader',
  requires: 'editheader',
  rfc: '5293 §5',
  tags: {
    ...matchingTags,
    ...Object.fromEntries(
      Object.entries(indexTags).map(([name, tag]) => [name, { ...tag, requires: 'editheader' }]),
    ),
  },
  positional: ['string', 'strings'],
  optional: 1,
  optionalAt: 'end',
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    const index = fieldIndexOf(args);
    checkHeaderNames([args.required(0)]);
    return run => {
      const key = nameOf(run, args).toLowerCase();
      if (kept.has(key)) return;
      countEdit(run, args);
      const all = run.message.header.fields.filter(field => field.key === key);
      const one = index === null ? null : all.at(index.last ? -index.from : index.from - 1);
      const candidates = one === null ? all : one === undefined ? [] : [one];
      run.message.removeFields(candidates.filter(field => fits(run, args, matching, field)));
    };
  },
};
