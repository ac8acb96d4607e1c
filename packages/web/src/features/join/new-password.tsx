import { type ReactElement, useId } from 'react';

interface NewPasswordProps {
  readonly labels: { readonly password: string; readonly again: string };
  readonly hint: string;
  readonly password: string;
  readonly again: string;
  readonly autoFocus?: boolean;
  readonly onPassword: (password: string) => void;
  readonly onAgain: (again: string) => void;
}

/** A new password, twice. */
export function NewPassword(props: NewPasswordProps): ReactElement {
  const { labels, hint, password, again, autoFocus = false, onPassword, onAgain } = props;
  const id = useId();
  return (
    <>
      <label htmlFor={`${id}-password`}>{labels.password}</label>
      <input
        id={`${id}-password`}
        className="field"
        type="password"
        name="password"
        autoComplete="new-password"
        autoFocus={autoFocus}
        maxLength={1024}
        value={password}
        aria-describedby={`${id}-note`}
        onChange={event => onPassword(event.target.value)}
      />
      <p className="meta" id={`${id}-note`}>
        {hint}
      </p>
      <label htmlFor={`${id}-again`}>{labels.again}</label>
      <input
        id={`${id}-again`}
        className="field"
        type="password"
        name="again"
        autoComplete="new-password"
        maxLength={1024}
        value={again}
        onChange={event => onAgain(event.target.value)}
      />
    </>
  );
}
