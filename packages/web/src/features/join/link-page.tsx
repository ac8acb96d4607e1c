import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTheme } from '../../app/theme.ts';
import { initialLanguage, type Language, rememberLanguage } from '../../lib/language.ts';
import { Mark } from '../../ui/mark.tsx';
import './join.css';

/** What a page behind a link says, in the language that its reader chose. */
export interface LinkLanguage<Texts> {
  readonly language: Language;
  /** BCP 47. */
  readonly tag: string;
  readonly texts: Texts;
  readonly setLanguage: (language: Language) => void;
}

/** The language of a page that is read before anybody is signed in, remembered for the next one. */
export function useLinkLanguage<Texts extends { readonly page: string }>(
  zh: Texts,
  en: Texts,
): LinkLanguage<Texts> {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  const texts = language === 'zh' ? zh : en;
  const tag = language === 'zh' ? 'zh-CN' : 'en';
  useEffect(() => {
    document.documentElement.lang = tag;
    document.title = texts.page;
    rememberLanguage(language);
  }, [language, tag, texts]);
  return { language, tag, texts, setLanguage };
}

/** The frame of a page to which a link leads: the mark, the other language, and what the page is about. */
export function LinkPage({
  chosen: { language, setLanguage },
  children,
}: {
  readonly chosen: Pick<LinkLanguage<unknown>, 'language' | 'setLanguage'>;
  readonly children: ReactNode;
}): ReactElement {
  useTheme();
  return (
    <div className="join">
      <main className="join-box">
        <div className="row">
          <Mark size={30} />
          <span className="grow" />
          <button
            type="button"
            className="link"
            lang={language === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
          >
            {language === 'zh' ? 'English' : '简体中文'}
          </button>
        </div>
        {children}
      </main>
    </div>
  );
}
