import { addressPart, addressPartOf, addressPartTags, splitAddress } from '../execution/headers.ts';
import { checkKeys, listTags, matchingOf, matchingTags, matchKeys } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';

/** Compares the addresses of the envelope (RFC 5228 §5.4). */
export const envelope: TestShape = {
  name: 'envelope',
  requires: 'envelope',
  rfc: '5228 §5.4',
  tags: { ...matchingTags, ...listTags, ...addressPartTags },
  positional: ['strings', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    const part = addressPartOf(args);
    for (const text of args.texts(0)) {
      if (text.kind === 'constant' && !/^(?:from|to)$/i.test(text.value)) args.fail(0, text.value);
    }
    return run => {
      const values: string[] = [];
      for (const name of run.texts(args.texts(0))) {
        const which = name.toLowerCase();
        if (which !== 'from' && which !== 'to') continue;
        const given = run.environment.envelope[which];
        // RFC 5228 §5.4: the null reverse-path is the empty string, in every part.
        const value = given === '' ? '' : addressPart(part, ...splitAddress(given));
        if (value !== null) values.push(value);
      }
      return matchKeys(run, matching, values, args.texts(1));
    };
  },
};
