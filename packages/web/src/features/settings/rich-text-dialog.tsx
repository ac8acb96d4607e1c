import { type ReactElement, useId, useRef, useState } from 'react';
import { parseInert } from '../../lib/inert-html.ts';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Switch } from '../../ui/form.tsx';
import { LaterEditor } from '../composer/editor/later-editor.tsx';

interface Saved {
  readonly name: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly options: Readonly<Record<string, boolean>>;
}

interface RichTextDialogProps {
  readonly title: string;
  readonly nameLabel: string;
  readonly subjectLabel?: string;
  readonly bodyLabel: string;
  readonly initial: { readonly name: string; readonly subject: string | null; readonly html: string };
  readonly options: readonly { readonly key: string; readonly label: string; readonly checked: boolean }[];
  readonly onSave: (saved: Saved) => void;
  readonly onClose: () => void;
}

/** A name and a rich text: what signatures and templates are made of. */
export function RichTextDialog(props: RichTextDialogProps): ReactElement {
  const { initial } = props;
  const texts = useTexts();
  const id = useId();
  const [name, setName] = useState(initial.name);
  const [subject, setSubject] = useState(initial.subject ?? '');
  const [options, setOptions] = useState<Readonly<Record<string, boolean>>>(
    Object.fromEntries(props.options.map(option => [option.key, option.checked])),
  );
  const content = useRef({ html: initial.html, text: '' });
  const collect = useRef<(() => void) | null>(null);

  return (
    <Dialog title={props.title} wide onClose={props.onClose}>
      <form
        className="rich-text-form"
        onSubmit={event => {
          event.preventDefault();
          collect.current?.();
          if (!name.trim()) return;
          const { html } = content.current;
          const text = content.current.text || (parseInert(html).body.textContent ?? '').trim();
          props.onSave({ name: name.trim(), subject: subject.trim(), html, text, options });
        }}
      >
        <label htmlFor={`${id}-name`}>{props.nameLabel}</label>
        <input
          id={`${id}-name`}
          className="field"
          value={name}
          maxLength={100}
          required
          autoFocus
          onChange={event => setName(event.target.value)}
        />
        {props.subjectLabel && (
          <>
            <label htmlFor={`${id}-subject`}>{props.subjectLabel}</label>
            <input
              id={`${id}-subject`}
              className="field"
              value={subject}
              maxLength={900}
              onChange={event => setSubject(event.target.value)}
            />
          </>
        )}
        <span className="label">{props.bodyLabel}</span>
        <LaterEditor
          html={initial.html}
          autoFocus={false}
          collect={collect}
          onChange={(html, text) => {
            content.current = { html, text };
          }}
        />
        {props.options.map(option => (
          <Switch
            key={option.key}
            label={option.label}
            checked={options[option.key] ?? false}
            onChange={checked => setOptions({ ...options, [option.key]: checked })}
          />
        ))}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={props.onClose}>
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
