import type { ReactElement } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { Settings } from '../../../jmap/personal.ts';
import type { Address, SenderCheck } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconPhoto } from '../../../ui/icons.ts';

/** Senders whose pictures are shown without asking: the newest ones are kept. */
const maxSenders = 500;

/** Whether pictures come without asking: the setting, or a sender who was trusted and is not forged. */
export function showsImages(
  settings: Settings,
  from: Address | undefined,
  check: SenderCheck | undefined,
): boolean {
  if (settings.remoteImages === 'always') return true;
  if (settings.remoteImages === 'never' || !from || check?.verdict === 'suspicious') return false;
  return settings.imageSenders.includes(from.email.toLowerCase());
}

interface ImagesNoteProps {
  readonly app: MailApp;
  readonly from: Address | undefined;
  readonly blocked: number;
  readonly onShow: () => void;
}

/** What was not loaded, and the ways to load it: once, or always from this sender. */
export function ImagesNote({ app, from, blocked, onShow }: ImagesNoteProps): ReactElement {
  const texts = useTexts();
  const { personal } = app.store;
  const { remoteImages, imageSenders } = personal.settings;
  const never = remoteImages === 'never';

  function trust(email: string): void {
    onShow();
    const next = [...imageSenders.filter(other => other !== email), email].slice(-maxSenders);
    personal.set({ imageSenders: next }).catch((error: unknown) => app.report(error));
  }

  return (
    <div className="note blocked">
      <IconPhoto className="icon" size={16} />
      <span className="grow">
        {never ? texts.reading.images.never(blocked) : texts.mail.blocked(blocked)}
      </span>
      {!never && (
        <>
          <button type="button" className="link" onClick={onShow}>
            {texts.mail.showImages}
          </button>
          {from && personal.hasSettings && (
            <button type="button" className="link" onClick={() => trust(from.email.toLowerCase())}>
              {texts.reading.images.trust(from.email)}
            </button>
          )}
        </>
      )}
    </div>
  );
}
