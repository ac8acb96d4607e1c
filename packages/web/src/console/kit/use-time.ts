import { useCallback } from 'react';
import { readerTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';

/** Writes moments of the API as people read them: 今天 15:12, 3月13日 周五 15:12. */
export function useTime(): (at: string) => string {
  const language = useLanguage();
  const { today } = useTexts().list;
  return useCallback(
    (at: string) => readerTime(new Date(at), new Date(), language, today),
    [language, today],
  );
}
