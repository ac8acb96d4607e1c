import { type ReactElement, useCallback, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { AccountSignIn } from './account-sign-in.tsx';
import { FactorForm } from './factor-form.tsx';
import { type Policy, PolicyForm } from './policy-form.tsx';
import './security.css';

interface Policies {
  readonly clientAccess: Policy;
  readonly safeSignIn: Policy;
}

/** 登录方式与客户端接入 (CLI-01, SEC-06). */
export default function SignInPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().security.signIn;
  const [person, setPerson] = useState<readonly Person[]>([]);
  const policies = useLoaded(useCallback(() => api.get<Policies>('/sign-in/policies'), [api]));
  const manage = may(session, 'signIn', 'manage');
  const { value } = policies;
  const shown = person[0] ?? (/^\d+$/.test(rest) ? { id: Number(rest), address: '', name: '' } : undefined);
  return (
    <FormPage title={words.title} hint={words.hint}>
      <LoadState of={policies} />
      {value && (
        <>
          <PolicyForm
            kind="client-access"
            policy={value.clientAccess}
            manage={manage && session.administrator?.departments === null}
            onSaved={clientAccess => policies.set({ ...value, clientAccess })}
          />
          <PolicyForm
            kind="safe-sign-in"
            policy={value.safeSignIn}
            manage={manage && session.administrator?.departments === null}
            onSaved={safeSignIn => policies.set({ ...value, safeSignIn })}
          />
        </>
      )}
      <FactorForm manage={manage && session.administrator?.departments === null} />
      <Card title={words.one} hint={words.oneHint}>
        <PeoplePicker
          single
          label={words.members}
          value={person}
          onChange={people => {
            setPerson(people);
            go(people[0] ? `${people[0].id}` : '');
          }}
        />
        {shown && <AccountSignIn key={shown.id} person={shown} manage={manage} />}
      </Card>
    </FormPage>
  );
}
