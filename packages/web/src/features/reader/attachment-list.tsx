import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { BodyPart } from '../../jmap/types.ts';
import { fileSize, shortFileName } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { IconFile } from '../../ui/icons.ts';

const picture = /^image\/(?:png|jpe?g|gif|webp|bmp)$/i;
const page = /^(?:application\/pdf|text\/plain)$/i;

interface AttachmentListProps {
  readonly app: MailApp;
  readonly files: readonly BodyPart[];
}

/** Files of a mail with preview and download. Pictures are shown here, PDF and text in a tab of their own. */
export function AttachmentList({ app, files }: AttachmentListProps): ReactElement {
  const texts = useTexts();
  const [shown, setShown] = useState<BodyPart | null>(null);
  const { client } = app.store;
  const url = (part: BodyPart, type = part.type): string =>
    client.downloadUrl(part.blobId ?? '', part.name ?? 'file', type);

  async function preview(part: BodyPart): Promise<void> {
    if (picture.test(part.type)) {
      setShown(part);
      return;
    }
    // The server sends files as downloads only; a copy in this browser may be looked at.
    const tab = open('', '_blank');
    try {
      const bytes = await client.download(part.blobId ?? '', part.name ?? 'file', part.type);
      const address = URL.createObjectURL(
        new Blob([bytes], { type: page.test(part.type) ? part.type : 'text/plain' }),
      );
      if (tab) tab.location.replace(address);
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      tab?.close();
      app.report(error);
    }
  }

  return (
    <ul className="attachments" aria-label={texts.mail.attachments(files.length)}>
      {files.map((part, index) => (
        <li key={part.blobId ?? index}>
          <IconFile className="icon" size={18} />
          <div>
            <div title={part.name ?? ''}>{shortFileName(part.name ?? part.type)}</div>
            <div className="meta">
              {fileSize(part.size)}
              {(picture.test(part.type) || page.test(part.type)) && (
                <>
                  {' · '}
                  <button type="button" className="link" onClick={() => void preview(part)}>
                    {texts.mail.preview}
                  </button>
                </>
              )}
              {' · '}
              <a href={url(part, 'application/octet-stream')} download={part.name ?? 'file'}>
                {texts.mail.download}
              </a>
            </div>
          </div>
        </li>
      ))}
      {shown && (
        <Dialog title={shown.name ?? ''} onClose={() => setShown(null)} wide>
          <img className="picture" src={url(shown)} alt={shown.name ?? ''} />
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setShown(null)}>
              {texts.mail.close}
            </button>
          </div>
        </Dialog>
      )}
    </ul>
  );
}
