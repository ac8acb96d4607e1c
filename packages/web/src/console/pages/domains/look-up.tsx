import { type ReactElement, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { RecordTable } from './record-table.tsx';
import type { Lookup } from './types.ts';

/** What the DNS says about any domain, against what it should say (DOM-08). */
export function LookUp(): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Lookup | null>(null);
  const [failure, setFailure] = useState('');

  async function ask(): Promise<void> {
    setBusy(true);
    setFailure('');
    try {
      setFound(await api.post<Lookup>('/domains/lookup', { domain: name.trim() }));
    } catch (error) {
      setFound(null);
      setFailure(explainProblem(error, texts));
    }
    setBusy(false);
  }

  return (
    <Card title={words.lookup}>
      <form
        className="row domain-lookup"
        onSubmit={event => {
          event.preventDefault();
          void ask();
        }}
      >
        <input
          className="field"
          aria-label={words.field}
          placeholder={words.field}
          value={name}
          maxLength={253}
          required
          onChange={event => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={busy}>
          {busy ? words.checking : texts.find.search}
        </button>
      </form>
      {failure && (
        <p className="meta state-bad" role="alert">
          {failure}
        </p>
      )}
      {found && (
        <div role="status">
          <p>
            {found.exists === false
              ? words.notFound
              : found.exists === null
                ? words.noAnswer
                : found.dnsHost
                  ? words.found(words.hostNames[found.dnsHost] ?? found.dnsHost)
                  : words.foundNoHost}
          </p>
          {found.exists && <RecordTable records={found.records} superfluous={found.superfluous} />}
        </div>
      )}
    </Card>
  );
}
