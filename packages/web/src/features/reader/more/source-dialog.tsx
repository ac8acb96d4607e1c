import { type ReactElement, useEffect, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import type { EmailFull } from '../../../jmap/types.ts';
import { fileSize } from '../../../lib/format.ts';
import { useTexts } from '../../../lib/language.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { readText } from '../files/preview-kind.ts';

/** Octets of a source that are shown; the whole can be downloaded. */
const maxShown = 512 * 1024;

interface SourceDialogProps {
  readonly app: MailApp;
  readonly mail: EmailFull;
  readonly onClose: () => void;
}

/** 查看原文: the mail as it came, as text: nothing in it can act here. */
export function SourceDialog({ app, mail, onClose }: SourceDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.reading.source;
  const { client } = app.store;
  const [text, setText] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [part, setPart] = useState<'headers' | 'whole'>('headers');
  const name = `${(mail.subject ?? 'mail').slice(0, 60)}.eml`;

  useEffect(() => {
    let stale = false;
    client
      .download(mail.blobId, 'source.eml', 'text/plain')
      .then(async blob => readText(new Uint8Array(await blob.slice(0, maxShown).arrayBuffer())))
      .then(
        found => {
          if (!stale) setText(found.replaceAll('\r\n', '\n'));
        },
        (error: unknown) => {
          if (!stale) setFailure(error);
        },
      );
    return () => {
      stale = true;
    };
  }, [client, mail.blobId]);

  const end = text?.indexOf('\n\n') ?? -1;
  const shown = text === null ? '' : part === 'headers' && end >= 0 ? text.slice(0, end) : text;
  return (
    <Dialog title={words.title} wide onClose={onClose}>
      <div className="row source-parts" role="group" aria-label={words.title}>
        {(['headers', 'whole'] as const).map(which => (
          <button
            key={which}
            type="button"
            className="button plain small"
            aria-pressed={part === which}
            onClick={() => setPart(which)}
          >
            {words[which]}
          </button>
        ))}
      </div>
      {failure ? (
        <p role="alert">{explain(failure, texts)}</p>
      ) : text === null ? (
        <p className="meta">{texts.reading.files.loading}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text must be scrollable by keyboard
        <pre className="preview-text source-text" tabIndex={0} lang="en">
          {shown}
        </pre>
      )}
      {part === 'whole' && mail.size > maxShown && <p className="meta">{words.cut(fileSize(maxShown))}</p>}
      <div className="dialog-actions">
        <CopyButton text={shown} />
        <a className="button" href={client.downloadUrl(mail.blobId, name, 'message/rfc822')} download={name}>
          {words.download}
        </a>
        <button type="button" className="button" onClick={onClose}>
          {texts.mail.close}
        </button>
      </div>
    </Dialog>
  );
}
