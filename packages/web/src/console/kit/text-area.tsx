import './pickers.css';
import type { ReactElement } from 'react';
import { Field } from './field.tsx';

interface TextAreaProps {
  readonly label: string;
  readonly hint?: string;
  readonly problem?: string | undefined;
  readonly value: string;
  readonly rows?: number;
  readonly mono?: boolean;
  readonly maxLength?: number;
  readonly onChange: (value: string) => void;
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps): ReactElement {
  return (
    <Field label={props.label} problem={props.problem} {...(props.hint ? { hint: props.hint } : {})}>
      {(id, describedBy) => (
        <textarea
          id={id}
          className={props.mono ? 'console-text mono' : 'console-text'}
          rows={props.rows ?? 4}
          value={props.value}
          maxLength={props.maxLength}
          spellCheck={false}
          aria-invalid={props.problem ? true : undefined}
          aria-describedby={describedBy}
          onChange={event => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The addresses of a text, one a line or parted by commas, semicolons and spaces, each once. */
export function addressesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、]+/).filter(part => part !== ''))];
}
