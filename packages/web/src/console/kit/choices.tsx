import './pickers.css';
import { type ReactElement, useId } from 'react';

interface OneOfProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly hint?: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** One of a few, all of them to be seen. */
export function OneOf<Value extends string>(props: OneOfProps<Value>): ReactElement {
  const id = useId();
  return (
    <fieldset className="console-choices" disabled={props.disabled}>
      <legend>{props.label}</legend>
      {props.choices.map(choice => (
        <label key={choice.value} className="console-choice">
          <input
            type="radio"
            name={id}
            checked={choice.value === props.value}
            onChange={() => props.onChange(choice.value)}
          />
          <span>
            {choice.label}
            {choice.hint && <span className="meta">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ManyOfProps {
  readonly label: string;
  readonly hint?: string;
  readonly none: string;
  readonly value: readonly number[];
  readonly choices: readonly { readonly id: number; readonly label: string; readonly depth?: number }[];
  readonly onChange: (value: number[]) => void;
}

/** Some of several, as a list of boxes that scrolls by itself. */
export function ManyOf({ label, hint, none, value, choices, onChange }: ManyOfProps): ReactElement {
  return (
    <fieldset className="console-choices">
      <legend>{label}</legend>
      {hint && <p className="meta">{hint}</p>}
      {choices.length === 0 ? (
        <p className="meta">{none}</p>
      ) : (
        <div className="console-boxes">
          {choices.map(choice => (
            <label key={choice.id} className="console-choice" data-depth={Math.min(choice.depth ?? 0, 6)}>
              <input
                type="checkbox"
                checked={value.includes(choice.id)}
                onChange={event =>
                  onChange(
                    event.target.checked ? [...value, choice.id] : value.filter(other => other !== choice.id),
                  )
                }
              />
              <span className="clip">{choice.label}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
