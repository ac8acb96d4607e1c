import { type ReactElement, useRef, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import './company.css';

/** The company's logo: shown, changed, removed. */
export function Logo({
  has,
  manage,
  onChanged,
}: {
  readonly has: boolean;
  readonly manage: boolean;
  readonly onChanged: () => void;
}): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().company;
  const run = useAction();
  const input = useRef<HTMLInputElement>(null);
  const [version, setVersion] = useState(0);

  async function upload(file: File): Promise<void> {
    if (!(await run(api.replaceFile('/company/logo', file), { told: words.logoSaved }))) return;
    setVersion(version + 1);
    onChanged();
  }

  return (
    <Card title={words.logo} hint={words.logoHint}>
      {has ? (
        <img className="company-logo" alt={words.logoAlt} src={api.fileUrl('/company/logo')} key={version} />
      ) : (
        <p className="meta settings-empty">{words.logoNone}</p>
      )}
      {manage && (
        <div className="row settings-add">
          <input
            ref={input}
            type="file"
            hidden
            aria-label={words.logoSet}
            accept="image/png,image/jpeg,image/webp"
            onChange={event => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file) void upload(file);
            }}
          />
          <button type="button" className="button" onClick={() => input.current?.click()}>
            {has ? words.logoChange : words.logoSet}
          </button>
          {has && (
            <button
              type="button"
              className="button plain"
              onClick={() =>
                void run(api.delete('/company/logo'), { told: words.logoRemoved }).then(onChanged)
              }
            >
              {words.logoRemove}
            </button>
          )}
        </div>
      )}
    </Card>
  );
}
