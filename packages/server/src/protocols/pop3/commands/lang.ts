import { splitWords } from '@hongyan/formats/pop3/command.ts';
import { type Language, languages } from '@hongyan/phrases/phrases.ts';
import { defineCommand, type Pop3Command } from '../command.ts';

const ownNames: Readonly<Record<Language, string>> = { 'zh-CN': '简体中文', en: 'English' };

/** The language that a basic language range matches (RFC 4647 §2.1), null for none. */
function languageFor(range: string, preferred: Language): Language | null {
  if (range === '*') return preferred;
  const wanted = range.toLowerCase();
  return (
    languages.find(language => {
      const tag = language.toLowerCase();
      return tag === wanted || tag.startsWith(`${wanted}-`);
    }) ?? null
  );
}

/** Lists the languages of answers, or chooses one. */
export const lang: Pop3Command = defineCommand({
  keyword: 'LANG',
  states: ['authorization', 'transaction'],
  rfc: ['6856 §3'],
  parse: argument => splitWords(argument, 1),
  run(session, [range]) {
    if (range === undefined) {
      session.say('languages');
      return session.sendLines(languages.map(language => `${language} ${ownNames[language]}`));
    }
    const language = languageFor(range, session.services.language);
    if (language === null) session.say('language_unknown');
    else {
      session.speak(language);
      session.say('language', {}, `${language} `);
    }
    return undefined;
  },
});
