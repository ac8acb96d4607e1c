import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { authCall } from '../../../app/auth-api.ts';
import { useTexts } from '../../../lib/language.ts';
import { Card, Select, Switch } from '../../../ui/form.tsx';
import { IconCheck, IconX } from '../../../ui/icons.ts';
import { ClientPasswords } from '../security/client-passwords.tsx';
import type { SectionProps } from '../settings-page.tsx';
import { useSettings } from '../use-setting.ts';

interface Clients {
  readonly access: {
    readonly allowed: boolean;
    readonly enabled: boolean;
    readonly safeSignIn: boolean;
    readonly safeSignInForced: boolean;
    readonly secondFactor: boolean;
    readonly password: 'main' | 'client';
  };
  readonly check: {
    readonly failing: string | null;
    readonly steps: readonly { readonly step: string; readonly ok: boolean }[];
  };
  readonly servers: readonly {
    readonly service: 'imap' | 'pop3' | 'smtp' | 'sieve';
    readonly host: string;
    readonly port: number;
    readonly security: 'tls' | 'starttls';
    readonly recommended: boolean;
  }[];
  readonly login: string;
}

const ranges = [7, 30, 90, 365] as const;

/** 客户端: switches, server parameters, self-check, client passwords, POP (CLI-02 to CLI-09, CLI-12). */
export function ClientsSection({ app }: SectionProps): ReactElement | null {
  const texts = useTexts();
  const words = texts.security.clients;
  const pop = texts.receiving.pop;
  const [clients, setClients] = useState<Clients | null>(null);
  const [settings, save] = useSettings(app);

  const load = useCallback((): void => {
    authCall<Clients>('GET', 'clients')
      .then(setClients)
      .catch((error: unknown) => app.report(error));
  }, [app]);
  useEffect(load, [load]);

  // One after the other, and only the last answer is taken: an earlier one knows nothing of what was changed since.
  const changes = useRef({ count: 0, done: Promise.resolve() });
  const change = (part: { enabled?: boolean; safeSignIn?: boolean }): void => {
    // At once on the screen; what follows from it is the server's to say, a refusal too.
    setClients(known => known && { ...known, access: { ...known.access, ...part } });
    const nth = ++changes.current.count;
    const isLast = (): boolean => nth === changes.current.count;
    changes.current.done = changes.current.done
      .then(() => authCall<Clients>('POST', 'clients', part))
      .then(
        answer => void (isLast() && setClients(answer)),
        (error: unknown) => {
          app.report(error);
          if (isLast()) load();
        },
      );
  };
  if (!clients) return null;
  const { access, check } = clients;
  const steps: Readonly<Record<string, string>> = words.check;

  return (
    <>
      <Card
        title={words.title}
        hint={
          access.allowed
            ? `${words.autoconfig} ${access.password === 'main' ? words.useMain : words.useClient}`
            : words.notAllowed
        }
      >
        {access.allowed && (
          <>
            <Switch
              label={words.enabled}
              checked={access.enabled}
              onChange={enabled => change({ enabled })}
            />
            <Switch
              label={words.safe}
              {...(access.safeSignInForced ? { hint: words.safeForced } : {})}
              checked={access.safeSignIn || access.safeSignInForced}
              disabled={access.safeSignInForced}
              onChange={safeSignIn => change({ safeSignIn })}
            />
          </>
        )}
      </Card>
      {access.allowed && access.enabled && (
        <>
          <ClientPasswords app={app} offered={access.password === 'client'} onChanged={load} />
          <Card title={words.servers}>
            <table className="log">
              <tbody>
                <tr>
                  <td>{words.login}</td>
                  <td className="mono">{clients.login}</td>
                  <td />
                  <td />
                </tr>
                {clients.servers.map(server => (
                  <tr key={`${server.service}${server.host}${server.port}`}>
                    <td>{words.service[server.service]}</td>
                    <td className="mono">{server.host}</td>
                    <td className="mono">{server.port}</td>
                    <td>{words.security[server.security]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
          {app.store.personal.hasSettings && (
            <Card title={pop.title}>
              <Select
                label={pop.range}
                value={settings.pop.rangeDays ?? 0}
                choices={[
                  ...ranges.map(days => ({ value: days as number, label: pop.days(days) })),
                  { value: 0, label: pop.all },
                ]}
                onChange={days => save({ pop: { ...settings.pop, rangeDays: days || null } })}
              />
              <Switch
                label={pop.keep}
                checked={settings.pop.keepDeleted}
                onChange={keepDeleted => save({ pop: { ...settings.pop, keepDeleted } })}
              />
            </Card>
          )}
        </>
      )}
      <Card title={words.checkTitle}>
        <ul className="settings-list">
          {check.steps.map(({ step, ok }) => (
            <li key={step} aria-current={check.failing === step ? 'step' : undefined}>
              {ok ? (
                <IconCheck className="icon ok" size={18} role="img" aria-label={words.stepOk} />
              ) : (
                <IconX className="icon bad" size={18} role="img" aria-label={words.stepBad} />
              )}
              <span className={check.failing === step ? 'strong' : ''}>{steps[step] ?? step}</span>
            </li>
          ))}
        </ul>
        {check.failing === null && <p className="meta">{words.checkOk}</p>}
      </Card>
    </>
  );
}
