import { type ReactElement, useCallback, useEffect } from 'react';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll } from '../../kit/organisation.ts';
import { State, type Tone } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type Domain, type DomainRecord, type DomainRecords, domainPath } from './types.ts';

/** How the certificate of a host name stands that the server orders by itself. */
interface HostCertificate {
  readonly name: string;
  readonly state: 'issued' | 'failing' | 'waiting';
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastError: string | null;
  readonly notAfter: string | null;
}

interface Host {
  readonly name: string;
  readonly value: string;
  readonly state: DomainRecord['state'];
  readonly certificate: HostCertificate | null;
  /** Whether certificates are ordered for it. */
  readonly automatic: boolean;
}

/** Most domains whose records are looked through, and how often orders under way are looked at, ms. */
const mostDomains = 20;
const everyMs = 5000;

const tones: Readonly<Record<HostCertificate['state'], Tone>> = {
  issued: 'ok',
  failing: 'bad',
  waiting: 'wait',
};

/**
 * Host names in the company's domains that can lead here, whether they do, and their certificates: the server orders one
 * for each that leads here (SEC-11), and this page shows how far it is, as it goes on.
 */
export function HostNames({ manage }: { readonly manage: boolean }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const own = words.order;
  const time = useTime();
  const run = useAction();
  const hosts = useLoaded(
    useCallback(async (): Promise<readonly Host[]> => {
      const [domains, orders] = await Promise.all([
        readAll<Domain>(api, '/domains'),
        api.get<{ items: readonly HostCertificate[]; excluded: readonly string[] }>('/certificates/hosts'),
      ]);
      const all = await Promise.all(
        domains
          .filter(({ trial }) => !trial)
          .slice(0, mostDomains)
          .map(({ name }) => api.get<DomainRecords>(`${domainPath(name)}/records`)),
      );
      const named = new Map(orders.items.map(order => [order.name, order]));
      return all.flatMap(({ records }) =>
        records
          .filter(({ type }) => type === 'CNAME')
          .map(({ name, value, state }) => {
            const bare = name.replace(/\.$/, '');
            return {
              name: bare,
              value,
              state,
              certificate: named.get(bare) ?? null,
              automatic: !orders.excluded.includes(bare),
            };
          }),
      );
    }, [api]),
  );
  const { value, loading, reload } = hosts;
  const underWay = value?.some(
    ({ state, certificate, automatic }) => automatic && state === 'ok' && certificate?.state !== 'issued',
  );
  useEffect(() => {
    if (!underWay || loading) return undefined;
    const timer = setTimeout(reload, everyMs);
    return () => clearTimeout(timer);
  }, [underWay, loading, reload]);

  function choose({ name }: Host, automatic: boolean): void {
    const shown = hosts.value;
    // The choice shows at once and goes back when it is refused.
    if (shown) hosts.set(shown.map(host => (host.name === name ? { ...host, automatic } : host)));
    void run(api.put(`/certificates/hosts/${encodeURIComponent(name)}/automatic`, { automatic }), {
      told: automatic ? own.chosen(name) : own.excluded(name),
    }).then(reload);
  }

  function order({ state, certificate, automatic }: Host): ReactElement {
    if (!automatic && certificate?.state !== 'issued') return <span className="meta">{own.off}</span>;
    if (certificate === null)
      return <span className="meta">{state === 'ok' ? own.soon : own.afterRecord}</span>;
    const { nextAttemptAt, lastError, notAfter, attempts } = certificate;
    return (
      <>
        <State tone={tones[certificate.state]}>
          {certificate.state === 'issued' && notAfter
            ? own.until(time(notAfter))
            : own.states[certificate.state]}
        </State>
        {certificate.state === 'failing' && (
          <span className="meta">
            {own.failed(attempts)}
            {nextAttemptAt && own.next(time(nextAttemptAt))}
            {lastError && <span className="host-error">{lastError}</span>}
          </span>
        )}
      </>
    );
  }

  return (
    <Card title={words.hostsTitle} hint={words.hostsHint}>
      {(value === null || hosts.failure !== null) && <LoadState of={hosts} />}
      {value?.length === 0 && <p className="meta settings-empty">{words.hostsEmpty}</p>}
      <ul className="settings-list host-list" aria-live="polite">
        {value?.map(host => (
          <li key={host.name}>
            <span className="grow">
              <span className="mono">{host.name}</span> <span className="meta mono">CNAME {host.value}</span>
            </span>
            <State tone={host.state === 'ok' ? 'ok' : host.state === 'wrong' ? 'bad' : 'wait'}>
              {words.recordStates[host.state ?? 'unknown']}
            </State>
            <span className="host-certificate">{order(host)}</span>
            {manage && (
              <label className="row">
                <input
                  type="checkbox"
                  aria-label={own.automatic(host.name)}
                  checked={host.automatic}
                  onChange={event => choose(host, event.target.checked)}
                />
                {own.automaticShort}
              </label>
            )}
            {manage && host.automatic && host.certificate?.state === 'failing' && (
              <button
                type="button"
                className="button"
                onClick={() =>
                  void run(api.post(`/certificates/hosts/${encodeURIComponent(host.name)}/order`), {
                    told: own.ordered,
                  }).then(reload)
                }
              >
                {own.again}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
