import type { ReactElement, ReactNode } from 'react';
import { fileSize, shortFileName } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import { IconFile, IconX } from '../../ui/icons.ts';
import type { DraftFile } from './draft.ts';

interface AttachmentStripProps {
  readonly files: readonly DraftFile[];
  readonly children: ReactNode;
  readonly onRemove: (key: string) => void;
}

/** Files of the draft with how far they are (CMP-04, ordinary attachments). Pictures of the quote are not listed. */
export function AttachmentStrip({ files, children, onRemove }: AttachmentStripProps): ReactElement {
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
                    : texts.compose.uploading(`${Math.round(file.progress * 100)}%`)}
              </div>
              {file.progress !== null && <progress value={file.progress} aria-label={file.name} />}
            </div>
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
