import { type ReactElement, useEffect, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import { JmapError } from '../../../jmap/client.ts';
import type { SenderEntry } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Card } from '../../../ui/form.tsx';

const capability = 'urn:hongyan:params:jmap:filters';

/** 黑名单 or 白名单: addresses and domains (FLT-02, FLT-03). */
export function SenderList({
  app,
  kind,
}: {
  readonly app: MailApp;
  readonly kind: SenderEntry['kind'];
}): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.senders;
  const { senders } = app.store.personal;
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => {
    senders.load().catch((error: unknown) => app.report(error));
  }, [senders, app]);
  const entries = senders.items
    .filter(entry => entry.kind === kind)
    .sort((a, b) => a.value.localeCompare(b.value));
  const limit = app.store.client.accountLimit(
    capability,
    kind === 'block' ? 'maxBlocked' : 'maxAllowed',
    100,
  );

  function told(error: unknown): string {
    const code = error instanceof JmapError ? error.code : '';
    if (code === 'alreadyExists') return words.exists;
    if (code === 'overQuota') return words.full(limit);
    if (code === 'invalidProperties') return words.invalid;
    return explain(error, texts);
  }

  return (
    <Card
      title={words[kind]}
      hint={kind === 'block' ? words.blockHint(entries.length, limit) : words.allowHint}
    >
      <form
        className="row settings-add"
        onSubmit={event => {
          event.preventDefault();
          const wanted = value.trim();
          if (!wanted) return;
          senders.create({ kind, value: wanted }).then(
            () => setValue(''),
            (error: unknown) => setProblem(told(error)),
          );
        }}
      >
        <input
          className="field"
          aria-label={`${words[kind]}: ${words.value}`}
          placeholder={words.placeholder}
          value={value}
          maxLength={320}
          onChange={event => {
            setValue(event.target.value);
            setProblem('');
          }}
        />
        <button type="submit" className="button">
          {texts.settings.add}
        </button>
      </form>
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      {entries.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <ul className="settings-list">
        {entries.map(entry => (
          <li key={entry.id}>
            <span className="grow clip">{entry.value}</span>
            <button
              type="button"
              className="button plain"
              aria-label={`${texts.settings.remove}: ${entry.value}`}
              onClick={() => void senders.destroy([entry.id]).catch((error: unknown) => app.report(error))}
            >
              {texts.settings.remove}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
