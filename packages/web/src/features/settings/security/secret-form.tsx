import { type ReactElement, useId, useState } from 'react';
import { useTexts } from '../../../lib/language.ts';

interface SecretFormProps {
  readonly kind: 'code' | 'password';
  readonly label: string;
  readonly verb: string;
  /** Words for what went wrong. */
  readonly explain: (error: unknown) => string;
  readonly onSubmit: (secret: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for a code or the password once more: an open browser alone must not be enough. */
export function SecretForm({ kind, label, verb, explain, onSubmit, onClose }: SecretFormProps): ReactElement {
  const texts = useTexts();
  const id = useId();
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        setBusy(true);
        onSubmit(value.trim()).catch((error: unknown) => {
          setBusy(false);
          setProblem(explain(error));
        });
      }}
    >
      <label className="labelled" htmlFor={id}>
        <span className="meta">{label}</span>
      </label>
      <input
        id={id}
        className="field"
        type={kind === 'password' ? 'password' : 'text'}
        inputMode={kind === 'code' ? 'numeric' : undefined}
        autoComplete={kind === 'code' ? 'one-time-code' : 'current-password'}
        value={value}
        required
        autoFocus
        onChange={event => {
          setValue(event.target.value);
          setProblem('');
        }}
      />
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {texts.settings.cancel}
        </button>
        <button type="submit" className="button primary" disabled={busy}>
          {verb}
        </button>
      </div>
    </form>
  );
}
