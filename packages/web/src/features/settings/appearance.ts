import { createContext } from 'react';
import type { Theme } from '../../app/theme.ts';
import type { Language } from '../../lib/language.ts';

/** Language and theme of this browser: they hold before anybody has signed in. */
export interface Appearance {
  readonly language: Language;
  readonly theme: Theme;
  readonly chooseLanguage: (language: Language) => void;
  readonly chooseTheme: (theme: Theme) => void;
}

export const AppearanceContext = createContext<Appearance>({
  language: 'zh',
  theme: 'auto',
  chooseLanguage: () => undefined,
  chooseTheme: () => undefined,
});
