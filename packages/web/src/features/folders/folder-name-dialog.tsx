import { type ReactElement, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface FolderNameDialogProps {
  readonly title: string;
  readonly initial: string;
  /** What is named; a folder when left out. */
  readonly label?: string;
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for a folder's name. */
export function FolderNameDialog({
  title,
  initial,
  label,
  onSave,
  onClose,
}: FolderNameDialogProps): ReactElement {
  const texts = useTexts();
  const [name, setName] = useState(initial);
  const trimmed = name.trim();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (trimmed) onSave(trimmed);
        }}
      >
        <label className="labelled">
          <span className="meta">{label ?? texts.folder.name}</span>
          <input
            className="field"
            value={name}
            maxLength={100}
            autoFocus
            onChange={event => setName(event.target.value)}
          />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.mail.close}
          </button>
          <button type="submit" className="button primary" disabled={!trimmed}>
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
