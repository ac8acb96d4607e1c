import { en } from '@hongyan/phrases/mail/en.ts';
import { type MailPhrases, zh } from '@hongyan/phrases/mail/zh.ts';
import { createContext, useContext } from 'react';

export type Language = 'zh' | 'en';
export const phrases: Readonly<Record<Language, MailPhrases>> = { zh, en };
const storageKey = 'hongyan.language';

/** The language chosen before, else the browser's. */
export function initialLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.languages.some(tag => tag.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
}

export const LanguageContext = createContext<Language>('zh');

/** The texts in the reader's language. */
export function useTexts(): MailPhrases {
  return phrases[useContext(LanguageContext)];
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}
