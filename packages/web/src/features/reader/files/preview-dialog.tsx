import { type ReactElement, useEffect, useState } from 'react';
import type { JmapClient } from '../../../jmap/client.ts';
import type { BodyPart } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { IconChevronLeft, IconChevronRight, IconDownload } from '../../../ui/icons.ts';
import { PdfPreview } from './pdf-preview.tsx';
import { imageType, previewKind, readText } from './preview-kind.ts';

/** Characters of a text that are shown. */
const maxText = 500_000;

interface PreviewDialogProps {
  readonly client: JmapClient;
  /** Those that can be shown. */
  readonly files: readonly BodyPart[];
  readonly at: number;
  readonly onMove: (at: number) => void;
  readonly onClose: () => void;
}

function TextPreview({ client, part }: { client: JmapClient; part: BodyPart }): ReactElement {
  const words = useTexts().reading.files;
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let stale = false;
    setText(null);
    setFailed(false);
    client
      .download(part.blobId ?? '', part.name ?? 'file', 'application/octet-stream')
      .then(blob => blob.arrayBuffer())
      .then(
        bytes => {
          if (!stale) setText(readText(new Uint8Array(bytes)));
        },
        () => {
          if (!stale) setFailed(true);
        },
      );
    return () => {
      stale = true;
    };
  }, [client, part]);
  if (failed) return <p role="alert">{words.failed}</p>;
  if (text === null) return <p className="meta">{words.loading}</p>;
  return (
    <>
      {/* Focusable: a long text must be scrollable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="preview-text" tabIndex={0}>
        {text.slice(0, maxText)}
      </pre>
      {text.length > maxText && <p className="meta">{words.cut}</p>}
    </>
  );
}

/** Looks at a file in place: pictures, text and PDF. Arrows lead to the next file. */
export function PreviewDialog({
  client,
  files,
  at,
  onMove,
  onClose,
}: PreviewDialogProps): ReactElement | null {
  const texts = useTexts();
  const words = texts.reading.files;
  const [broken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [at]);
  const part = files[at];
  if (!part) return null;
  const name = part.name ?? part.type;
  const kind = previewKind(part.type, part.name);
  const move = (step: number): void => {
    const next = at + step;
    if (next >= 0 && next < files.length) onMove(next);
  };

  return (
    <Dialog title={name} onClose={onClose} wide>
      <div
        className="preview"
        onKeyDown={event => {
          if (event.key === 'ArrowLeft') move(-1);
          else if (event.key === 'ArrowRight') move(1);
        }}
      >
        <div className="preview-stage">
          {broken ? (
            <p role="alert">{words.failed}</p>
          ) : kind === 'image' ? (
            <img
              key={part.blobId}
              className="picture"
              src={client.downloadUrl(part.blobId ?? '', name, imageType(part.type, part.name))}
              alt={name}
              onError={() => setBroken(true)}
            />
          ) : kind === 'text' ? (
            <TextPreview client={client} part={part} />
          ) : (
            <PdfPreview key={part.blobId} client={client} part={part} />
          )}
        </div>
        <div className="dialog-actions">
          {files.length > 1 && (
            <>
              <button
                type="button"
                className="button plain"
                aria-label={words.previous}
                disabled={at === 0}
                onClick={() => move(-1)}
              >
                <IconChevronLeft className="icon" size={18} />
              </button>
              <span className="meta">{words.position(at + 1, files.length)}</span>
              <button
                type="button"
                className="button plain"
                aria-label={words.next}
                disabled={at === files.length - 1}
                onClick={() => move(1)}
              >
                <IconChevronRight className="icon" size={18} />
              </button>
            </>
          )}
          <span className="grow" />
          <a
            className="button"
            href={client.downloadUrl(part.blobId ?? '', name, 'application/octet-stream')}
            download={name}
          >
            <IconDownload className="icon" size={16} />
            {texts.mail.download}
          </a>
          <button type="button" className="button" autoFocus onClick={onClose}>
            {texts.mail.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
