import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { BodyPart } from '../../../jmap/types.ts';
import { fileSize, shortFileName } from '../../../lib/format.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconFile, IconPhoto } from '../../../ui/icons.ts';
import { PreviewDialog } from './preview-dialog.tsx';
import { previewKind } from './preview-kind.ts';
import { zip } from './zip.ts';
import './files.css';

interface AttachmentListProps {
  readonly app: MailApp;
  readonly subject: string;
  readonly files: readonly BodyPart[];
}

/** What is packed in this browser's memory at most, bytes. */
const maxPacked = 200 * 1024 * 1024;

/** Gives a file to the browser's downloads. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Files of a mail: look at them, download one, or all in one archive. */
export function AttachmentList({ app, subject, files }: AttachmentListProps): ReactElement {
  const texts = useTexts();
  const words = texts.reading.files;
  const [at, setAt] = useState<number | null>(null);
  const [packing, setPacking] = useState(false);
  const { client } = app.store;
  const shown = files.filter(part => previewKind(part.type, part.name) !== null);
  const total = files.reduce((sum, { size }) => sum + size, 0);

  async function downloadAll(): Promise<void> {
    if (total > maxPacked) {
      app.toasts.show({ text: words.tooMany(fileSize(maxPacked)), tone: 'error' });
      return;
    }
    setPacking(true);
    try {
      const packed: { name: string; bytes: Uint8Array }[] = [];
      for (const part of files) {
        const name = part.name ?? 'file';
        const blob = await client.download(part.blobId ?? '', name, 'application/octet-stream');
        packed.push({ name, bytes: new Uint8Array(await blob.arrayBuffer()) });
      }
      saveBlob(zip(packed, new Date()), words.zipName(subject.slice(0, 80)));
    } catch (error) {
      app.report(error);
    } finally {
      setPacking(false);
    }
  }

  return (
    <div className="attachments-box">
      {files.length > 1 && (
        <div className="attachments-head">
          <span className="meta">
            {texts.mail.attachments(files.length)} · {fileSize(total)}
          </span>
          <button type="button" className="link" disabled={packing} onClick={() => void downloadAll()}>
            {packing ? words.packing : words.all}
          </button>
        </div>
      )}
      <ul className="attachments" aria-label={texts.mail.attachments(files.length)}>
        {files.map((part, index) => {
          const kind = previewKind(part.type, part.name);
          const name = part.name ?? part.type;
          return (
            <li key={part.blobId ?? index}>
              {kind === 'image' ? (
                <IconPhoto className="icon" size={18} />
              ) : (
                <IconFile className="icon" size={18} />
              )}
              <div>
                <div title={part.name ?? ''}>{shortFileName(name)}</div>
                <div className="meta">
                  {fileSize(part.size)}
                  {kind && (
                    <>
                      {' · '}
                      <button
                        type="button"
                        className="link"
                        aria-label={`${texts.mail.preview}: ${name}`}
                        onClick={() => setAt(shown.indexOf(part))}
                      >
                        {texts.mail.preview}
                      </button>
                    </>
                  )}
                  {' · '}
                  <a
                    href={client.downloadUrl(
                      part.blobId ?? '',
                      part.name ?? 'file',
                      'application/octet-stream',
                    )}
                    download={part.name ?? 'file'}
                    aria-label={`${texts.mail.download}: ${name}`}
                  >
                    {texts.mail.download}
                  </a>
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      {at !== null && (
        <PreviewDialog client={client} files={shown} at={at} onMove={setAt} onClose={() => setAt(null)} />
      )}
    </div>
  );
}
