import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { authCall, codeOf } from '../../../app/auth-api.ts';
import { explain } from '../../../app/mail-app.ts';
import { listTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import type { SectionProps } from '../settings-page.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SecretForm } from './secret-form.tsx';

interface State {
  readonly enabled: boolean;
  /** The company demands it. */
  readonly demanded: boolean;
  readonly dueAt: string | null;
  readonly methods: readonly { readonly kind: string; readonly since: string }[];
  readonly recoveryCodesLeft: number;
  readonly devices: readonly {
    readonly id: string;
    readonly label: string;
    readonly address: string;
    readonly seenAt: string;
  }[];
}

type Asking = 'enrol' | 'off' | 'codes' | null;

/** 二次验证: on with an authenticator, off again with a code (SEC-05, RFC 6238). */
export function SecondFactor({ app }: SectionProps): ReactElement | null {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.security.factor;
  const [state, setState] = useState<State | null>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  const load = useCallback((): void => {
    authCall<State>('GET', 'second-factor')
      .then(setState)
      .catch((error: unknown) => app.report(error));
  }, [app]);
  useEffect(load, [load]);
  if (!state) return null;

  const told = (error: unknown): string =>
    codeOf(error) === 'auth.second_factor_wrong' ? words.wrong : explain(error, texts);
  const since = state.methods[0]?.since;
  return (
    <Card
      title={words.title}
      hint={words.hint}
      actions={
        <button
          type="button"
          className="button"
          disabled={state.enabled && state.demanded}
          title={state.enabled && state.demanded ? words.demanded : undefined}
          onClick={() => setAsking(state.enabled ? 'off' : 'enrol')}
        >
          {state.enabled ? words.turnOff : words.turnOn}
        </button>
      }
    >
      <p className="settings-state">
        {state.enabled && since ? words.on(listTime(new Date(since), new Date(), language)) : words.off}
      </p>
      {state.demanded && (
        <p className={state.enabled ? 'meta' : 'settings-state'}>
          {state.dueAt === null
            ? words.demanded
            : words.due(listTime(new Date(state.dueAt), new Date(), language))}
        </p>
      )}
      {state.enabled && (
        <div className="row">
          <span className="grow meta">{words.codesLeft(state.recoveryCodesLeft)}</span>
          <button type="button" className="button plain" onClick={() => setAsking('codes')}>
            {words.newCodes}
          </button>
        </div>
      )}
      {state.devices.length > 0 && (
        <>
          <h3 className="settings-sub">{words.devices}</h3>
          <ul className="settings-list">
            {state.devices.map(device => (
              <li key={device.id}>
                <span className="grow clip">
                  {device.label} <span className="meta">{device.address}</span>
                </span>
                <button
                  type="button"
                  className="button plain"
                  onClick={() =>
                    void authCall('DELETE', `second-factor/devices/${encodeURIComponent(device.id)}`)
                      .then(load)
                      .catch((error: unknown) => app.report(error))
                  }
                >
                  {words.forget}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {asking === 'enrol' && (
        <EnrolDialog
          explain={told}
          onClose={() => setAsking(null)}
          onDone={recoveryCodes => {
            setAsking(null);
            setCodes(recoveryCodes);
            load();
          }}
        />
      )}
      {(asking === 'off' || asking === 'codes') && (
        <Dialog title={asking === 'off' ? words.turnOff : words.newCodes} onClose={() => setAsking(null)}>
          <SecretForm
            kind="code"
            label={words.confirm}
            verb={asking === 'off' ? words.disable : words.newCodes}
            explain={told}
            onClose={() => setAsking(null)}
            onSubmit={async code => {
              if (asking === 'off') await authCall('POST', 'second-factor/off', { code });
              else {
                const made = await authCall<{ recoveryCodes: string[] }>(
                  'POST',
                  'second-factor/recovery-codes',
                  { code },
                );
                setCodes(made.recoveryCodes);
              }
              setAsking(null);
              load();
            }}
          />
        </Dialog>
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </Card>
  );
}
