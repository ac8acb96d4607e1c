import { type ReactElement, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Why the value was refused. */
  readonly problem?: string | undefined;
  readonly children: (id: string, describedBy: string | undefined) => ReactNode;
}

/** A label above its control, with a hint or what is wrong below. */
export function Field({ label, hint, problem, children }: FieldProps): ReactElement {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className="console-field">
      <label htmlFor={id}>{label}</label>
      {children(id, note ? `${id}-note` : undefined)}
      {note && (
        <p className={problem ? 'meta bad' : 'meta'} id={`${id}-note`} role={problem ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly type?: 'text' | 'email' | 'tel' | 'number' | 'date' | 'password' | 'search';
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** One line of text. */
export function TextField(props: TextFieldProps): ReactElement {
  return (
    <Field label={props.label} problem={props.problem} {...(props.hint ? { hint: props.hint } : {})}>
      {(id, describedBy) => (
        <input
          id={id}
          className="field"
          type={props.type ?? 'text'}
          value={props.value}
          required={props.required}
          disabled={props.disabled}
          autoFocus={props.autoFocus}
          data-first={props.autoFocus || undefined}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          autoComplete="off"
          aria-invalid={props.problem ? true : undefined}
          aria-describedby={describedBy}
          onChange={event => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
