import { type ReactElement, useState } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';

/** Asks where a link leads. Only web and mail addresses are taken. */
export function LinkDialog({
  onSave,
  onClose,
}: {
  onSave: (address: string) => void;
  onClose: () => void;
}): ReactElement {
  const texts = useTexts();
  const [address, setAddress] = useState('https://');
  const valid = /^(?:https?:\/\/[^\s]+\.[^\s]+|mailto:[^\s]+)$/i.test(address.trim());
  return (
    <Dialog title={texts.compose.link} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (valid) onSave(address.trim());
        }}
      >
        <label className="labelled">
          <span className="meta">{texts.compose.linkAddress}</span>
          <input
            className="field"
            type="url"
            value={address}
            autoFocus
            onChange={event => setAddress(event.target.value)}
          />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.compose.close}
          </button>
          <button type="submit" className="button primary" disabled={!valid}>
            {texts.compose.insertLink}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
