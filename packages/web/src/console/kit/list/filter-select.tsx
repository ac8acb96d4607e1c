import type { ReactElement } from 'react';
import { useConsoleTexts } from '../../texts.ts';

/** A filter among those above a list; empty: everything. */
export function FilterSelect({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
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
      <option value="">{`${label}: ${texts.shell.all}`}</option>
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  );
}
