import { type ReactElement, useId, useState } from 'react';
import { changePassword } from '../../../app/auth.ts';
import type { MailApp } from '../../../app/mail-app.ts';
import { useTexts } from '../../../lib/language.ts';

/** Characters a new password needs at least; the server has the last word. */
const minPassword = 8;

/** The field one begins at to change the password. */
export const currentPasswordId = 'current-password';

/** SEC-08, SET-13: asks for the current password; every other session ends. */
export function PasswordForm({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const id = useId();
  const [values, setValues] = useState({ current: '', next: '', again: '' });
  const [problem, setProblem] = useState('');

  async function change(): Promise<void> {
    setProblem('');
    if (values.next !== values.again) return setProblem(texts.settings.differ);
    if (Array.from(values.next).length < minPassword) return setProblem(texts.settings.weak(minPassword));
    const result = await changePassword(values.current, values.next);
    if (result === 'ok') {
      setValues({ current: '', next: '', again: '' });
      app.toasts.show({ text: texts.settings.changed, stayMs: 5000 });
      return;
    }
    const told = {
      wrong: texts.settings.wrong,
      weak: texts.settings.weak(minPassword),
      tooMany: texts.signIn.tooMany,
      unreachable: texts.signIn.unreachable,
    };
    setProblem(told[result]);
  }

  const field = (key: keyof typeof values, label: string, autoComplete: string): ReactElement => (
    <>
      <label htmlFor={key === 'current' ? currentPasswordId : `${id}-${key}`}>{label}</label>
      <input
        id={key === 'current' ? currentPasswordId : `${id}-${key}`}
        className="field"
        type="password"
        autoComplete={autoComplete}
        value={values[key]}
        required
        onChange={event => setValues({ ...values, [key]: event.target.value })}
      />
    </>
  );

  return (
    <form
      className="settings-card"
      onSubmit={event => {
        event.preventDefault();
        void change();
      }}
    >
      <h2>{texts.settings.password}</h2>
      <p className="meta">{texts.settings.passwordHint}</p>
      {field('current', texts.settings.current, 'current-password')}
      {field('next', texts.settings.next, 'new-password')}
      {field('again', texts.settings.again, 'new-password')}
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button">
          {texts.settings.change}
        </button>
      </div>
    </form>
  );
}
