import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { authCall } from '../../../app/auth-api.ts';
import { readerTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { Card, Switch } from '../../../ui/form.tsx';
import { currentPasswordId } from '../sections/password-form.tsx';
import type { SectionProps } from '../settings-page.tsx';

interface SignIn {
  readonly id: string;
  readonly at: string;
  readonly address: string;
  readonly service: string;
  readonly result: string;
}

interface SignInPage {
  readonly list: readonly SignIn[];
  readonly next: string | null;
  readonly hint: { readonly failures: number; readonly since: string } | null;
}

/** 登录记录 with advice after failures (LOG-04, SEC-13). */
export function SignInLog({ app }: SectionProps): ReactElement | null {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.security.signIns;
  const [page, setPage] = useState<SignInPage | null>(null);
  const [failed, setFailed] = useState(false);
  /** The newest question: an older answer that comes after it counts no more. */
  const asked = useRef(0);

  const load = useCallback(
    (before: string | null): void => {
      const query = new URLSearchParams({ limit: '20', ...(before ? { before } : {}) });
      if (failed) query.set('failed', 'true');
      asked.current += 1;
      const mine = asked.current;
      authCall<SignInPage>('GET', `sign-ins?${query}`)
        .then(next => {
          if (mine !== asked.current) return;
          setPage(known => (before && known ? { ...next, list: [...known.list, ...next.list] } : next));
        })
        .catch((error: unknown) => app.report(error));
    },
    [app, failed],
  );
  useEffect(() => load(null), [load]);
  if (!page) return null;

  const results: Readonly<Record<string, string>> = words.result;
  const services: Readonly<Record<string, string>> = words.service;
  return (
    <Card title={words.title} hint={words.hint}>
      {page.hint && (
        <p className="notice warn" role="note">
          {words.advice(page.hint.failures)}{' '}
          <button
            type="button"
            className="link"
            onClick={() => document.getElementById(currentPasswordId)?.focus()}
          >
            {texts.settings.password}
          </button>{' '}
          <button type="button" className="link" onClick={() => app.visit('settings', 'receiving')}>
            {words.toRules}
          </button>
        </p>
      )}
      <Switch label={words.onlyFailed} checked={failed} onChange={setFailed} />
      {page.list.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <table className="log">
        <tbody>
          {page.list.map(entry => (
            <tr key={entry.id}>
              <td>
                <time dateTime={entry.at}>
                  {readerTime(new Date(entry.at), new Date(), language, texts.list.today)}
                </time>
              </td>
              <td>{services[entry.service] ?? entry.service}</td>
              <td>{entry.address}</td>
              <td className={entry.result === 'ok' ? '' : 'bad'}>
                {entry.result === 'ok' ? words.ok : (results[entry.result] ?? entry.result)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {page.next && (
        <button type="button" className="link" onClick={() => load(page.next)}>
          {words.more}
        </button>
      )}
    </Card>
  );
}
