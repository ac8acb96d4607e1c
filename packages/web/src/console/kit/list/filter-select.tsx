import type { ReactElement } from 'react';
import { useConsoleTexts } from '../../texts.ts';

/** A filter among those above a list; empty: everything. */
export function FilterSelect({
  label,
  value,
  choices,
  all,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  /** What the empty choice says; left out: everything. */
  readonly all?: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const texts = useConsoleTexts();
  return (
    <select
      className="field"
      aria-label={label}
      value={value}
      onChange={event => onChange(event.target.value)}
    >
      <option value="">{`${label}: ${all ?? texts.shell.all}`}</option>
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  );
}
