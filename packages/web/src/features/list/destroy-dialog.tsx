import type { ReactElement } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { afterDestroying } from '../folders/after-destroying.ts';

/** Asks before chosen mail goes for good: how many, and what can still be done about it afterwards (REA-07, REA-08). */
export function DestroyDialog({ app }: { app: MailApp }): ReactElement | null {
  const texts = useTexts();
  const { doomed } = app;
  if (!doomed) return null;
  return (
    <Confirm
      question={texts.folder.destroyConfirm(doomed.count)}
      note={afterDestroying(app.store, texts)}
      verb={texts.folder.emptyDo(doomed.count)}
      cancel={texts.mail.close}
      onClose={() => void app.answerDestroy(false)}
      onConfirm={() => void app.answerDestroy(true)}
    />
  );
}
