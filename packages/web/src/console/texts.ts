import { consoleEn } from '@hongyan/phrases/console/en.ts';
import { type ConsolePhrases, consoleZh } from '@hongyan/phrases/console/zh.ts';
import { useLanguage } from '../lib/language.ts';

const phrases = { zh: consoleZh, en: consoleEn } as const;

/** The console's texts in the reader's language. */
export function useConsoleTexts(): ConsolePhrases {
  return phrases[useLanguage()];
}
