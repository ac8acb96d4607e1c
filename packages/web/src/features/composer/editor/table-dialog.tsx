import { type ReactElement, useState } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';

/** Most rows and columns a table begins with. */
const most = 20;

/** Asks how large a table is to be. */
export function TableDialog({
  onSave,
  onClose,
}: {
  onSave: (rows: number, columns: number) => void;
  onClose: () => void;
}): ReactElement {
  const texts = useTexts();
  const words = texts.compose;
  const [size, setSize] = useState({ rows: 3, columns: 3 });
  const field = (name: 'rows' | 'columns', label: string): ReactElement => (
    <label className="labelled grow">
      <span className="meta">{label}</span>
      <input
        className="field"
        type="number"
        min={1}
        max={most}
        required
        autoFocus={name === 'rows'}
        value={size[name]}
        onChange={event => setSize({ ...size, [name]: Number(event.target.value) })}
      />
    </label>
  );
  return (
    <Dialog title={words.table} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          onSave(size.rows, size.columns);
        }}
      >
        <div className="row">
          {field('rows', words.rows)}
          {field('columns', words.columns)}
        </div>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.settings.cancel}
          </button>
          <button type="submit" className="button primary">
            {words.table}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
