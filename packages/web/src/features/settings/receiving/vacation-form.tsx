import { type ReactElement, useEffect, useId, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import type { VacationResponse } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Card, Switch } from '../../../ui/form.tsx';

/** `2026-03-19T16:00` of an instant, in the browser's zone. */
function localValue(instant: string | null): string {
  if (!instant) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(value: string): string | null {
  return value ? new Date(value).toISOString().replace(/\.\d+Z$/, 'Z') : null;
}

/** 自动回复 (SET-11; RFC 8621 §8). */
export function VacationForm({ app }: { app: MailApp }): ReactElement | null {
  const { vacation } = app.store.personal;
  useEffect(() => {
    vacation.load().catch((error: unknown) => app.report(error));
  }, [vacation, app]);
  const current = vacation.get('singleton');
  return current ? <Form app={app} current={current} /> : null;
}

function Form({ app, current }: { app: MailApp; current: VacationResponse }): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.vacation;
  const id = useId();
  const [values, setValues] = useState({
    from: localValue(current.fromDate),
    to: localValue(current.toDate),
    subject: current.subject ?? '',
    body: current.textBody ?? '',
  });
  const [enabled, setEnabled] = useState(current.isEnabled);
  const [told, setTold] = useState('');
  const [problem, setProblem] = useState('');

  function change(part: Partial<typeof values>): void {
    setValues({ ...values, ...part });
    setTold('');
    setProblem('');
  }

  function save(isEnabled: boolean): void {
    if (isEnabled && !values.body.trim()) return setProblem(words.needBody);
    if (values.from && values.to && values.to <= values.from) return setProblem(words.wrongDates);
    setEnabled(isEnabled);
    app.store.personal.vacation
      .update('singleton', {
        isEnabled,
        fromDate: instantOf(values.from),
        toDate: instantOf(values.to),
        subject: values.subject.trim() || null,
        textBody: values.body.trim() || null,
        htmlBody: null,
      })
      .then(
        () => setTold(texts.settings.saved),
        (error: unknown) => {
          setEnabled(current.isEnabled);
          setProblem(texts.settings.notSaved(explain(error, texts)));
        },
      );
  }

  return (
    <Card title={words.title} hint={words.hint}>
      <Switch label={words.enabled} checked={enabled} onChange={save} />
      <form
        className="stack"
        onSubmit={event => {
          event.preventDefault();
          save(enabled);
        }}
      >
        <div className="row two">
          {(['from', 'to'] as const).map(name => (
            <div className="grow" key={name}>
              <label htmlFor={`${id}-${name}`}>{words[name]}</label>
              <input
                id={`${id}-${name}`}
                className="field"
                type="datetime-local"
                value={values[name]}
                onChange={event => change({ [name]: event.target.value })}
              />
            </div>
          ))}
        </div>
        <label htmlFor={`${id}-subject`}>{words.subject}</label>
        <input
          id={`${id}-subject`}
          className="field"
          placeholder={words.subjectHint}
          value={values.subject}
          maxLength={200}
          onChange={event => change({ subject: event.target.value })}
        />
        <label htmlFor={`${id}-body`}>{words.body}</label>
        <textarea
          id={`${id}-body`}
          className="field"
          rows={5}
          maxLength={10_000}
          value={values.body}
          onChange={event => change({ body: event.target.value })}
        />
        {problem && (
          <p className="sign-in-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="row">
          <button type="submit" className="button">
            {texts.settings.save}
          </button>
          <span className="meta" role="status">
            {told}
          </span>
        </div>
      </form>
    </Card>
  );
}
