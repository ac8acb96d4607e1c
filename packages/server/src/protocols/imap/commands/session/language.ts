import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Language, languages } from '@hongyan/phrases/phrases.ts';
import { anyState, type Command, defineCommand, no, ok } from '../../command.ts';
import { writeNamespaces } from '../../responses/namespaces.ts';

/** Ranges that are looked at; the rest of a long list is passed over. */
const maxRanges = 20;

/** What there is, as it is told: `i-default` is English for everybody (RFC 5255 §3.1). */
const tags: readonly (readonly [tag: string, language: Language | null])[] = [
  ...languages.map(language => [language, language] as const),
  ['i-default', null],
];

function parse(scanner: Scanner): string[] {
  const ranges: string[] = [];
  while (scanner.takeSpace()) {
    const range = scanner.astring().toString('latin1').toLowerCase();
    if (ranges.length < maxRanges) ranges.push(range);
  }
  return ranges;
}

/** What a language range stands for, its end cut off piece by piece (RFC 4647 §3.4). */
function find(range: string, preferred: Language): (typeof tags)[number] | null {
  if (range === 'default' || range === '*') return [preferred, preferred];
  for (let left = range; left !== ''; left = left.slice(0, Math.max(left.lastIndexOf('-'), 0))) {
    const found = tags.find(([tag]) => {
      const lower = tag.toLowerCase();
      return lower === left || lower.startsWith(`${left}-`);
    });
    if (found !== undefined) return found;
  }
  return null;
}

/** LANGUAGE (RFC 5255 §3.2): lists the languages of what is said behind OK, NO, BAD and BYE, or chooses one. */
export const language: Command = defineCommand({
  name: 'LANGUAGE',
  states: anyState,
  rfc: ['5255 §3.2'],
  parse,
  run: async (session, ranges) => {
    const { out } = session;
    if (ranges.length === 0) {
      out.ascii(`* LANGUAGE (${tags.map(([tag]) => tag).join(' ')})\r\n`);
      return ok('Languages are listed');
    }
    for (const range of ranges) {
      const found = find(range, session.services.language);
      if (found === null) continue;
      const [tag, chosen] = found;
      session.speak(chosen);
      out.ascii(`* LANGUAGE (${tag})\r\n`);
      if (session.state !== 'not-authenticated') writeNamespaces(session);
      return ok('Language changed');
    }
    return no('CANNOT', 'Language is not supported');
  },
});
