import { useCallback } from 'react';
import { useLanguage } from '../../../lib/language.ts';

/** Writes the day of a moment: 4月2日, 2 Apr; of another year with the year. */
export function useDayName(): (at: string) => string {
  const language = useLanguage();
  return useCallback(
    (at: string) => {
      const date = new Date(at);
      const otherYear = date.getFullYear() !== new Date().getFullYear();
      return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
        ...(otherYear ? { year: 'numeric' } : {}),
        month: language === 'zh' ? 'long' : 'short',
        day: 'numeric',
      }).format(date);
    },
    [language],
  );
}
