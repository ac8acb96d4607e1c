import { catalogues, createPhrases, type Language, type PhraseKey } from '@hongyan/phrases/phrases.ts';

const prefix = 'imap.';
const ending = ' completed';

const keys: ReadonlyMap<string, PhraseKey> = new Map(
  (Object.entries(catalogues.en) as [PhraseKey, string][])
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [text, key]),
);

/** Whether the catalogue has this English text. */
export function isKnownText(text: string): boolean {
  return keys.has(text) || text.endsWith(ending);
}

/**
 * An English text of ours in the language that a client chose (RFC 5255 §3.2); null is `i-default`, which is English.
 * What the catalogue does not have, grammar complaints mostly, is quoted.
 */
export function inLanguage(text: string, language: Language | null, bad: boolean = false): string {
  if (language === null || language === 'en') return text;
  const phrases = createPhrases(language);
  const key = keys.get(text);
  if (key !== undefined) return phrases.find(key) ?? text;
  if (text.endsWith(ending)) return phrases.say('imap.completed', { command: text.slice(0, -ending.length) });
  return phrases.say(bad ? 'imap.syntax' : 'imap.failed', { detail: text });
}
