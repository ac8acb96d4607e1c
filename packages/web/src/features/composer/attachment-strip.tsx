import type { ReactElement, ReactNode } from 'react';
import { fileSize, shortFileName } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import { IconFile, IconX } from '../../ui/icons.ts';
import type { DraftFile } from './draft.ts';
import type { UploadShare } from './keeping/use-uploads.ts';

interface AttachmentStripProps {
  readonly files: readonly DraftFile[];
  readonly shares: ReadonlyMap<string, UploadShare>;
  readonly children: ReactNode;
  readonly onRemove: (key: string) => void;
  readonly onRetry: (key: string) => void;
}

/** Seconds an upload will still take, as it went so far; 0 in the beginning and when all is on its way. */
function secondsLeft({ share, startedAt }: UploadShare): number {
  if (share < 0.02) return 0;
  const elapsed = (Date.now() - startedAt) / 1000;
  return elapsed < 1 ? 0 : Math.ceil((elapsed * (1 - share)) / share);
}

/** Files of the draft with how far they are; a broken upload goes on by a press (CMP-04, ordinary attachments). Pictures of the quote are not listed. */
export function AttachmentStrip(props: AttachmentStripProps): ReactElement {
  const { files, shares, children, onRemove, onRetry } = props;
  const texts = useTexts();
  const howFar = (upload: UploadShare): string => {
    // The last bytes have left; the answer is on its way.
    if (upload.share >= 1) return texts.compose.uploaded;
    const percent = texts.compose.uploading(`${Math.floor(upload.share * 100)}%`);
    const seconds = secondsLeft(upload);
    return seconds > 0 ? `${percent} · ${texts.compose.leftSeconds(seconds)}` : percent;
  };
  return (
    <div className="strip">
      {children}
      {files
        .filter(file => file.cid === null)
        .map(file => ({ file, upload: shares.get(file.key) ?? { share: 0, startedAt: Date.now() } }))
        .map(({ file, upload }) => (
          <div key={file.key} className={file.failed ? 'strip-file failed' : 'strip-file'}>
            <IconFile className="icon" size={18} />
            <div>
              <div title={file.name}>{shortFileName(file.name, 28)}</div>
              <div className="meta">
                {file.failed
                  ? texts.compose.uploadFailed
                  : file.uploading
                    ? howFar(upload)
                    : fileSize(file.size)}
              </div>
              {file.uploading && <progress value={upload.share} aria-label={file.name} />}
            </div>
            {file.failed && (
              <span className="strip-retry">
                <button type="button" className="link" onClick={() => onRetry(file.key)}>
                  {texts.compose.resume}
                </button>
              </span>
            )}
            <button
              type="button"
              aria-label={texts.compose.removeFile(file.name)}
              onClick={() => onRemove(file.key)}
            >
              <IconX className="icon" size={14} />
            </button>
          </div>
        ))}
    </div>
  );
}
