import { useMemo } from 'react';
import type { EmailRow } from '../../jmap/types.ts';
import { dayHeading } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';

/** The day above a mail in a list. Each is written once a day: lists ask for those of all their rows, again and again. */
export function useDayHeadings(): (row: Pick<EmailRow, 'receivedAt'>) => string {
  const texts = useTexts();
  const language = useLanguage();
  const today = new Date().setHours(0, 0, 0, 0);
  return useMemo(() => {
    const written = new WeakMap<object, string>();
    return row => {
      let heading = written.get(row);
      if (heading === undefined) {
        heading = dayHeading(new Date(row.receivedAt), new Date(today), language, texts.list);
        written.set(row, heading);
      }
      return heading;
    };
  }, [today, language, texts]);
}
