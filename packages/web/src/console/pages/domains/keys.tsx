import { type ReactElement, useCallback, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { domainPath } from './types.ts';

interface SigningKey {
  readonly selector: string;
  readonly algorithm: string;
  readonly state: 'next' | 'active' | 'retired';
  readonly record: { readonly name: string; readonly text: string };
  readonly activeFrom: string;
  readonly removableAt: string | null;
}

/** Keys that sign the domain's mail, and changing them. */
export function SigningKeys({
  name,
  manage,
  onRotated,
}: {
  readonly name: string;
  readonly manage: boolean;
  readonly onRotated: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const time = useTime();
  const run = useAction();
  const [asking, setAsking] = useState(false);
  const path = domainPath(name);
  const keys = useLoaded(
    useCallback(() => api.get<{ items: readonly SigningKey[] }>(`${path}/signing-keys`), [api, path]),
  );
  return (
    <Card
      title={words.keys}
      hint={words.keysHint}
      actions={
        manage && (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            {words.rotate}
          </button>
        )
      }
    >
      <LoadState of={keys} />
      <ul className="settings-list">
        {keys.value?.items.map(key => (
          <li key={key.selector}>
            <span className="grow">
              <span className="mono">{key.selector}</span>{' '}
              <span className="chip">{words.keyStates[key.state]}</span>
              <span className="meta domain-key-note">
                {key.algorithm}
                {key.state === 'next' && ` · ${words.keyFrom(time(key.activeFrom))}`}
                {key.removableAt && ` · ${words.keyUntil(time(key.removableAt))}`}
              </span>
            </span>
            <span role="group" aria-label={words.copyOf(`TXT ${key.record.name}`)}>
              <CopyButton text={key.record.text} />
            </span>
          </li>
        ))}
      </ul>
      {asking && (
        <Confirm
          question={words.rotateAsk}
          verb={words.rotate}
          cancel={texts.shell.cancel}
          danger={false}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void run(api.post(`${path}/rotate-keys`, { now: false }), { told: words.rotated }).then(
              worked => {
                if (!worked) return;
                keys.reload();
                onRotated();
              },
            );
          }}
        />
      )}
    </Card>
  );
}
