import { type ReactElement, useState } from 'react';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { Field, TextField } from '../../kit/field.tsx';
import { ShownOnce } from '../../kit/shown-once.tsx';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type Grant, GrantForm } from './grant-form.tsx';

const dayMs = 86_400_000;
const expiries = [30, 90, 365, 0];

/** Makes a token; it is shown this once. */
export function NewToken({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.tokens;
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [grant, setGrant] = useState<Grant>({
    functions: {},
    departments: session.administrator?.departments === null ? null : [],
  });
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function make(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const made = await api.post<{ token: string }>('/tokens', {
        name: name.trim(),
        ...grant,
        ...(days > 0 ? { expiresAt: new Date(Date.now() + days * dayMs).toISOString() } : {}),
      });
      setToken(made.token);
      onMade();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <Drawer
      title={words.add}
      onClose={onClose}
      actions={
        token ? (
          <button type="button" className="button primary" onClick={onClose}>
            {texts.shell.done}
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={busy || name.trim() === '' || Object.keys(grant.functions).length === 0}
            onClick={() => void make()}
          >
            {words.add}
          </button>
        )
      }
    >
      {token ? (
        <ShownOnce text={token} hint={words.once} />
      ) : (
        <>
          <TextField
            label={words.name}
            hint={words.nameHint}
            required
            autoFocus
            maxLength={100}
            value={name}
            problem={fieldProblems(failure, texts)['name']}
            onChange={setName}
          />
          <Field label={words.expiry}>
            {id => (
              <select
                id={id}
                className="field"
                value={days}
                onChange={event => setDays(Number(event.target.value))}
              >
                {expiries.map(value => (
                  <option key={value} value={value}>
                    {words.expiries[value]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <GrantForm grant={grant} onChange={setGrant} />
          {failure !== null && (
            <p className="notice bad" role="alert">
              {explainProblem(failure, texts)}
            </p>
          )}
        </>
      )}
    </Drawer>
  );
}
