import { type ReactElement, useState } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';

/** The text as HTML, to be changed by hand (CMP-03). It is cleaned like everything that enters the editor. */
export function SourceDialog({
  html,
  onSave,
  onClose,
}: {
  html: string;
  onSave: (html: string) => void;
  onClose: () => void;
}): ReactElement {
  const texts = useTexts();
  const words = texts.compose;
  const [value, setValue] = useState(html);
  return (
    <Dialog title={words.source} wide onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          onSave(value);
        }}
      >
        <textarea
          className="field source-text"
          aria-label={words.source}
          spellCheck={false}
          rows={16}
          value={value}
          onChange={event => setValue(event.target.value)}
        />
        <p className="meta">{words.sourceHint}</p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.settings.cancel}
          </button>
          <button type="submit" className="button primary">
            {words.sourceSave}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
