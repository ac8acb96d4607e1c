import { MailError } from '../../platform/errors.ts';

/** What is searched and sorted by, worked out when it is written. All in lower case. */
export interface NameText {
  /** Orders lists: pinyin of hanzi, other letters as they are. */
  readonly sortKey: string;
  /** Name, full pinyin and initials, one after the other. */
  readonly text: string;
}

const separator = '\n';
const hanzi = /\p{Script=Han}/u;

function lower(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Text as it is searched for: as `nameText` writes it, at most `max` characters; throws `input.invalid` for longer. */
export function searchedText(text: string, max = 100): string {
  const wanted = lower(text).trim();
  if (wanted.length > max) throw new MailError('input.invalid', { field: 'text', max });
  return wanted;
}

/**
 * How a name is found: 赵启明 as `赵启明`, `zhaoqiming` and `zqm`. A surname is read as one (曾 zeng, 单 shan). Not for
 * use inside a transaction: the first call loads the dictionary.
 */
export async function nameText(name: string): Promise<NameText> {
  const plain = lower(name).trim();
  if (!hanzi.test(plain)) return { sortKey: plain, text: plain };
  const { pinyin } = await import('pinyin-pro');
  const syllables = pinyin(plain, {
    toneType: 'none',
    type: 'array',
    surname: 'head',
    nonZh: 'consecutive',
    v: true,
  });
  const full = syllables.join('').replaceAll(/\s+/g, '');
  const initials = syllables.map(syllable => syllable.trim().charAt(0)).join('');
  return { sortKey: full, text: [plain, full, initials].join(separator) };
}

/** Texts that are searched together; line breaks keep one from running into the next. */
export function joinTexts(texts: readonly string[]): string {
  return texts
    .map(lower)
    .filter(text => text !== '')
    .join(separator);
}
