import {
  addressPart,
  addressPartOf,
  addressPartTags,
  checkHeaderNames,
  fieldAddresses,
  fieldIndexOf,
  indexTags,
} from '../execution/headers.ts';
import { checkKeys, listTags, matchingOf, matchingTags, matchKeys } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';
import { checkMimeTags, headersOf, mimeTags } from '../mime/mime-tags.ts';
import { excerpt, SieveProblem } from '../problem.ts';

/** Fields that hold addresses (RFC 5228 §5.1 asks to refuse others). */
const addressFields: ReadonlySet<string> = new Set(
  `from to cc bcc sender reply-to resent-from resent-to resent-cc resent-bcc resent-sender resent-reply-to
   delivered-to return-path errors-to disposition-notification-to original-from original-to apparently-to
   x-original-to x-envelope-to x-delivered-to envelope-to mail-followup-to mail-reply-to return-receipt-to
   approved abuse-reports-to list-post`.split(/\s+/),
);

/** Compares addresses of header fields (RFC 5228 §5.1), of parts too (RFC 5703 §4.2). */
export const address: TestShape = {
  name: 'address',
  requires: null,
  rfc: '5228 §5.1',
  tags: { ...matchingTags, ...listTags, ...indexTags, ...addressPartTags, ...mimeTags },
  positional: ['strings', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    const index = fieldIndexOf(args);
    const part = addressPartOf(args);
    const names = args.texts(0);
    checkHeaderNames(names);
    checkMimeTags(args);
    for (const name of names) {
      // RFC 5703 §4.2: with `:mime` any field is read as one with addresses.
      if (args.has('mime')) break;
      if (name.kind === 'constant' && !addressFields.has(name.value.toLowerCase()))
        throw new SieveProblem('bad_header_name', name.at, { name: excerpt(name.value) });
    }
    return async run => {
      const values = fieldAddresses(run, await headersOf(run, args), names, index)
        .map(({ local, domain }) => addressPart(part, local, domain))
        .filter(value => value !== null);
      return matchKeys(run, matching, values, args.texts(1));
    };
  },
};
