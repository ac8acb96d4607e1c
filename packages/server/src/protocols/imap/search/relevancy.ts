import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import { searchMessages } from '../../../mailbox/search.ts';
import type { SessionMailbox } from '../realms/realm.ts';
import type { Session } from '../session.ts';
import { compileSearch } from './compile.ts';
import { allWords, fuzzyTexts, type TextKey } from './fuzzy.ts';

/** Texts that count for the score of a message. */
const maxTexts = 8;

/** How relevant a message is in which a text is found like this, the best first. */
type Grades = readonly (readonly [score: number, key: SearchKey])[];

function gradesOf(text: TextKey): Grades {
  if (text.key !== 'text') {
    return [
      [100, text],
      [50, allWords(text)],
    ];
  }
  const { value } = text;
  const subject: TextKey = { key: 'subject', value };
  const people: SearchKey = {
    key: 'or',
    left: { key: 'from', value },
    right: { key: 'or', left: { key: 'to', value }, right: { key: 'cc', value } },
  };
  return [
    [100, subject],
    [85, allWords(subject)],
    [70, people],
    [60, text],
    [30, allWords(text)],
  ];
}

/**
 * How relevant messages of a mailbox are to a search with FUZZY, 1 to 100 (RFC 6203 §4): most where the text stands as it
 * is and in the subject, least where only its words are there. `uids` are what was found.
 */
export async function relevancyOf(
  session: Session,
  { realm, id }: Pick<SessionMailbox, 'realm' | 'id'>,
  key: SearchKey,
  uids: readonly number[],
): Promise<Map<number, number>> {
  const { mail, gone: signal } = session;
  const texts = fuzzyTexts(key).slice(0, maxTexts);
  const sums = new Map<number, { sum: number; count: number }>();
  for (const text of texts) {
    let left = Uint32Array.from(uids).sort();
    for (const [score, grade] of gradesOf(text)) {
      if (left.length === 0) break;
      const query = compileSearch(grade, { realm, uidRanges: () => [] });
      const found = new Set(await searchMessages(mail, realm.scope, id, query, { uids: left }, { signal }));
      for (const uid of found) {
        const { sum, count } = sums.get(uid) ?? { sum: 0, count: 0 };
        sums.set(uid, { sum: sum + score, count: count + 1 });
      }
      left = left.filter(uid => !found.has(uid));
    }
  }
  return new Map(
    uids.map(uid => {
      const { sum, count } = sums.get(uid) ?? { sum: texts.length === 0 ? 100 : 1, count: 1 };
      return [uid, Math.round(sum / count)];
    }),
  );
}
