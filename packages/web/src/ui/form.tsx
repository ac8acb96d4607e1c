import { type ReactElement, type ReactNode, useId } from 'react';
import './form.css';

interface LineProps {
  readonly label: string;
  readonly hint?: string;
}

/** A switch with its words: the whole line can be pressed. */
export function Switch({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: LineProps & {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="form-line">
      <label htmlFor={id}>
        {label}
        {hint && <span className="meta">{hint}</span>}
      </label>
      <input
        id={id}
        className="switch"
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        onChange={event => onChange(event.target.checked)}
      />
    </div>
  );
}

export interface Choice<Value extends string | number> {
  readonly value: Value;
  readonly label: string;
}

/** One of several, as the browser's own list: it works everywhere, also on phones. */
export function Select<Value extends string | number>({
  label,
  hint,
  value,
  choices,
  disabled = false,
  onChange,
}: LineProps & {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="form-line">
      <label htmlFor={id}>
        {label}
        {hint && <span className="meta">{hint}</span>}
      </label>
      <select
        id={id}
        className="field"
        value={value}
        disabled={disabled}
        onChange={event => {
          const chosen = choices.find(choice => `${choice.value}` === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {choices.map(choice => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A text that is handed over when the field is left or Enter is pressed. */
export function TextSetting({
  label,
  hint,
  value,
  type = 'text',
  maxLength = 320,
  onSave,
}: LineProps & {
  readonly value: string;
  readonly type?: 'text' | 'email';
  readonly maxLength?: number;
  readonly onSave: (value: string) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="form-line">
      <label htmlFor={id}>
        {label}
        {hint && <span className="meta">{hint}</span>}
      </label>
      <input
        key={value}
        id={id}
        className="field"
        type={type}
        defaultValue={value}
        maxLength={maxLength}
        onBlur={event => {
          if (event.target.value.trim() !== value && event.target.checkValidity())
            onSave(event.target.value.trim());
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** A titled part of a page, with what may be done in its head. */
export function Card({
  title,
  hint,
  actions,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="settings-card" aria-labelledby={id}>
      <div className="row">
        <h2 className="grow" id={id}>
          {title}
        </h2>
        {actions}
      </div>
      {hint && <p className="meta">{hint}</p>}
      {children}
    </section>
  );
}
