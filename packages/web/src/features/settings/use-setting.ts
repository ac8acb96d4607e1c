import { useCallback } from 'react';
import { explain, type MailApp } from '../../app/mail-app.ts';
import type { Settings } from '../../jmap/personal.ts';
import { useTexts } from '../../lib/language.ts';

/** The settings and a way to change them: shown at once, told when saved, taken back with the reason when not. */
export function useSettings(app: MailApp): readonly [Settings, (change: Partial<Settings>) => void] {
  const texts = useTexts();
  const { personal } = app.store;
  const save = useCallback(
    (change: Partial<Settings>): void => {
      personal.set(change).then(
        () => app.toasts.show({ text: texts.settings.saved, stayMs: 2000 }),
        (error: unknown) =>
          app.toasts.show({ text: texts.settings.notSaved(explain(error, texts)), tone: 'error' }),
      );
    },
    [app, personal, texts],
  );
  return [personal.settings, save];
}
