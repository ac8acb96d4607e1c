import { formatString } from '@hongyan/formats/managesieve/writer.ts';
import { defineCommand, type ManageSieveCommand, textWord } from '../command.ts';

/** Does nothing; a string that came along is said back (RFC 5804 §2.13). */
export const noop: ManageSieveCommand = defineCommand({
  name: 'NOOP',
  signedIn: 'either',
  rfc: '5804 §2.13',
  parse(words) {
    if (words.length === 0) return { tag: null };
    const tag = textWord(words[0]);
    return words.length > 1 || tag === null ? null : { tag };
  },
  run: (session, { tag }) =>
    session.ok('Done', tag === null ? null : `TAG ${formatString(tag).toString('utf8')}`),
});
