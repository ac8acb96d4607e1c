import type { ReactElement, ReactNode } from 'react';
import { fileSize, shortFileName } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import { IconFile, IconX } from '../../ui/icons.ts';
import type { DraftFile } from './draft.ts';

interface AttachmentStripProps {
  readonly files: readonly DraftFile[];
  readonly children: ReactNode;
  readonly onRemove: (key: string) => void;
  readonly onRetry: (key: string) => void;
}

/** Seconds an upload will still take, as it went so far; null in the beginning. */
function secondsLeft({ progress, startedAt }: DraftFile): number | null {
  if (!progress || startedAt === undefined || progress < 0.02) return null;
  const elapsed = (Date.now() - startedAt) / 1000;
  return elapsed < 1 ? null : Math.ceil((elapsed * (1 - progress)) / progress);
}

/** Files of the draft with how far they are; a broken upload goes on by a press (CMP-04, ordinary attachments). Pictures of the quote are not listed. */
export function AttachmentStrip({ files, children, onRemove, onRetry }: AttachmentStripProps): ReactElement {
  const texts = useTexts();
  return (
    <div className="strip">
      {children}
      {files
        .filter(file => file.cid === null)
        .map(file => (
          <div key={file.key} className={file.failed ? 'strip-file failed' : 'strip-file'}>
            <IconFile className="icon" size={18} />
            <div>
              <div title={file.name}>{shortFileName(file.name, 28)}</div>
              <div className="meta">
                {file.failed
                  ? texts.compose.uploadFailed
                  : file.progress === null
                    ? fileSize(file.size)
                    : [
                        texts.compose.uploading(`${Math.round(file.progress * 100)}%`),
                        texts.compose.leftSeconds(secondsLeft(file) ?? 0),
                      ]
                        .slice(0, secondsLeft(file) === null ? 1 : 2)
                        .join(' · ')}
              </div>
              {file.progress !== null && <progress value={file.progress} aria-label={file.name} />}
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
