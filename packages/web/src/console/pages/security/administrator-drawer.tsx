import { type ReactElement, useState } from 'react';
import { OneOf } from '../../kit/choices.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { Administrator } from './administrators.tsx';
import { type Grant, GrantForm } from './grant-form.tsx';

/** Makes somebody an administrator, or changes what one may do (TEN-35, TEN-36). */
export function AdministratorDrawer({
  administrator,
  manage,
  onClose,
  onSaved,
}: {
  readonly administrator: Administrator | null;
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}): ReactElement {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const { administrators: words, ...shared } = texts.security;
  const mine = session.administrator;
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [role, setRole] = useState<'super' | 'scoped'>(administrator?.role === 'super' ? 'super' : 'scoped');
  const [grant, setGrant] = useState<Grant>(
    administrator?.role === 'scoped'
      ? { functions: administrator.functions, departments: administrator.departments }
      : { functions: {}, departments: mine?.departments === null ? null : [] },
  );
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const name = administrator?.name || administrator?.address || people[0]?.name || people[0]?.address || '';
  const makesSuper = mine?.role !== 'scoped';

  async function save(): Promise<void> {
    const accountId = administrator?.accountId ?? people[0]?.id;
    if (accountId === undefined) return setProblem(words.choose);
    if (role === 'scoped' && Object.keys(grant.functions).length === 0)
      return setProblem(words.chooseFunctions);
    setBusy(true);
    setProblem('');
    try {
      await api.put(`/administrators/${accountId}`, role === 'super' ? { role } : { role, ...grant });
      toasts.show({ text: words.saved(name), stayMs: 4000 });
      onSaved();
    } catch (error) {
      setProblem(explainProblem(error, texts));
    }
    return setBusy(false);
  }

  return (
    <Drawer
      title={administrator ? name : words.add}
      onClose={onClose}
      actions={
        manage && (
          <button type="button" className="button primary" disabled={busy} onClick={() => void save()}>
            {administrator ? texts.shell.save : words.add}
          </button>
        )
      }
    >
      {administrator?.role === 'owner' && (
        <p>
          {words.roles.owner} · {shared.allFunctions}
        </p>
      )}
      {!administrator && <PeoplePicker single label={words.member} value={people} onChange={setPeople} />}
      {administrator?.role !== 'owner' && (
        <>
          <OneOf
            label={words.role}
            value={role}
            disabled={!manage}
            choices={[
              ...(makesSuper || role === 'super'
                ? [{ value: 'super' as const, label: words.roles.super, hint: words.roleHints.super }]
                : []),
              { value: 'scoped' as const, label: words.roles.scoped, hint: words.roleHints.scoped },
            ]}
            onChange={setRole}
          />
          {role === 'scoped' && (
            <fieldset className="console-choices" disabled={!manage} aria-label={words.may}>
              <GrantForm grant={grant} onChange={setGrant} />
            </fieldset>
          )}
        </>
      )}
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
    </Drawer>
  );
}
