import { parseDate } from '../../message/date.ts';
import { datePart, dateParts, parseZone } from '../execution/dates.ts';
import { checkHeaderNames, fieldIndexOf, fieldValues, indexTags } from '../execution/headers.ts';
import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { TagShape, TestShape } from '../language/shape.ts';
import type { Text } from '../language/text.ts';

const zoneTags: Readonly<Record<string, TagShape>> = {
  zone: { group: 'zone', value: 'string' },
  originalzone: { group: 'zone' },
};

function checkConstants(args: Arguments, part: number): void {
  const zone = args.text('zone');
  if (zone?.kind === 'constant' && parseZone(zone.value) === null) args.fail('zone', zone.value);
  const text = args.required(part);
  if (text.kind === 'constant' && !dateParts.includes(text.value.toLowerCase())) args.fail(part, text.value);
}

function zoneOf(run: Run, zone: Text | null): number {
  return (zone === null ? null : parseZone(run.text(zone))) ?? run.environment.zone;
}

/** Compares a part of a date in a header field (RFC 5260 §4). */
export const date: TestShape = {
  name: 'date',
  requires: 'date',
  rfc: '5260 §4',
  tags: { ...matchingTags, ...indexTags, ...zoneTags },
  positional: ['string', 'string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(2));
    const index = fieldIndexOf(args);
    checkHeaderNames([args.required(0)]);
    checkConstants(args, 1);
    return run => {
      const part = run.text(args.required(1)).toLowerCase();
      // Where a field carries more than a date, such as Received, the date is behind the last semicolon.
      const dates = fieldValues(run, [args.required(0)], index ?? { from: 1, last: false }).map(value =>
        parseDate(value.slice(value.lastIndexOf(';') + 1).trim()),
      );
      const values = dates.flatMap(found => {
        if (found === null) return [];
        const zone = args.has('originalzone') ? found.offset : zoneOf(run, args.text('zone'));
        return datePart(part, found.ms, zone) ?? [];
      });
      return matchValues(run, matching, values, args.texts(2));
    };
  },
};

/** Compares a part of the present moment (RFC 5260 §5). */
export const currentdate: TestShape = {
  name: 'currentdate',
  requires: 'date',
  rfc: '5260 §5',
  tags: { ...matchingTags, zone: { value: 'string' } },
  positional: ['string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    checkConstants(args, 0);
    return run => {
      const part = run.text(args.required(0)).toLowerCase();
      const value = datePart(part, run.environment.now, zoneOf(run, args.text('zone')));
      return matchValues(run, matching, value === null ? [] : [value], args.texts(1));
    };
  },
};
