import { type ReactElement, useId, useState } from 'react';
import { type Label, type LabelColor, labelColors } from '../../jmap/personal.ts';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import './labels.css';

interface LabelDialogProps {
  readonly label: Label | null;
  readonly onSave: (name: string, color: LabelColor) => void;
  readonly onClose: () => void;
}

/** Name and colour of a label (FLD-03). */
export function LabelDialog({ label, onSave, onClose }: LabelDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.settings.labels;
  const id = useId();
  const [name, setName] = useState(label?.name ?? '');
  const [color, setColor] = useState<LabelColor>(label?.color ?? 'teal');
  return (
    <Dialog title={label ? label.name : words.add} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (name.trim()) onSave(name.trim(), color);
        }}
      >
        <label htmlFor={id}>{words.name}</label>
        <input
          id={id}
          className="field"
          value={name}
          maxLength={40}
          required
          autoFocus
          onChange={event => setName(event.target.value)}
        />
        <fieldset className="label-colors">
          <legend>{words.color}</legend>
          {labelColors.map(choice => (
            <label key={choice} className="label-color">
              <input
                type="radio"
                name={`${id}-color`}
                checked={choice === color}
                onChange={() => setColor(choice)}
              />
              <span className="label-dot" data-color={choice} />
              {words.colors[choice]}
            </label>
          ))}
        </fieldset>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.settings.cancel}
          </button>
          <button type="submit" className="button primary">
            {texts.settings.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
