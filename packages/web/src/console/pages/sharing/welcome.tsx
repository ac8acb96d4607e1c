import '../../kit/pickers.css';
import { type ReactElement, useCallback, useState } from 'react';
import { Card, Switch } from '../../../ui/form.tsx';
import { OneOf } from '../../kit/choices.tsx';
import { TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { TextArea } from '../../kit/text-area.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

interface Welcome {
  readonly on: boolean;
  readonly kind: 'guide' | 'own';
  readonly subject: string;
  readonly text: string;
}

/** 欢迎信 (MBX-09). */
export default function WelcomePage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.welcome;
  const run = useAction();
  const manage = may(session, 'company', 'manage');
  const letter = useLoaded(useCallback(() => api.get<Welcome>('/welcome-letter'), [api]));
  const [draft, setDraft] = useState<Welcome | null>(null);
  const current = draft ?? letter.value;

  async function save(next: Partial<Welcome>): Promise<void> {
    const asked = api.patch<Welcome>('/welcome-letter', next).then(saved => {
      letter.set(saved);
      setDraft(null);
    });
    await run(asked, { told: texts.shell.saved });
  }

  const filled = (text: string): string =>
    text
      .replaceAll('{name}', session.login.split('@')[0] ?? '')
      .replaceAll('{address}', session.login)
      .replaceAll('{company}', session.company.name);

  return (
    <FormPage title={words.title} hint={words.hint}>
      <LoadState of={letter} />
      {current && (
        <Card title={words.title}>
          <Switch
            label={words.on}
            hint={words.onHint}
            checked={current.on}
            disabled={!manage}
            onChange={on => void save({ on })}
          />
          {current.on && (
            <OneOf
              label={words.kind}
              value={current.kind}
              disabled={!manage}
              choices={[
                { value: 'guide', label: words.guide },
                { value: 'own', label: words.own },
              ]}
              onChange={kind => (kind === 'guide' ? void save({ kind }) : setDraft({ ...current, kind }))}
            />
          )}
          {current.on && current.kind === 'own' && (
            <>
              <TextField
                label={words.subject}
                value={current.subject}
                maxLength={200}
                disabled={!manage}
                onChange={subject => setDraft({ ...current, subject })}
              />
              <TextArea
                label={words.text}
                hint={words.textHint}
                rows={10}
                value={current.text}
                maxLength={20_000}
                onChange={text => setDraft({ ...current, text })}
              />
              {current.text && (
                <section className="console-once" aria-label={words.preview}>
                  <p className="meta">{words.preview}</p>
                  <p className="strong">{filled(current.subject)}</p>
                  <p className="welcome-preview">{filled(current.text)}</p>
                </section>
              )}
              {manage && (
                <div className="row settings-add">
                  <button
                    type="button"
                    className="button primary"
                    disabled={draft === null}
                    onClick={() => void save({ kind: 'own', subject: current.subject, text: current.text })}
                  >
                    {texts.shell.save}
                  </button>
                </div>
              )}
            </>
          )}
        </Card>
      )}
    </FormPage>
  );
}
