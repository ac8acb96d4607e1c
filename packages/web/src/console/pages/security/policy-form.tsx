import { type ReactElement, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { OneOf } from '../../kit/choices.tsx';
import { DepartmentPicker, PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { useNamedAccounts } from './use-named-accounts.ts';

export interface Policy {
  readonly appliesTo: 'everybody' | 'selected' | 'nobody';
  readonly departments: readonly number[];
  readonly accounts: readonly number[];
}

const whom = ['everybody', 'selected', 'nobody'] as const;

/** One policy: for everybody, for some departments and members, for nobody. */
export function PolicyForm({
  kind,
  policy,
  manage,
  onSaved,
}: {
  readonly kind: 'client-access' | 'safe-sign-in';
  readonly policy: Policy;
  readonly manage: boolean;
  readonly onSaved: (policy: Policy) => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.signIn;
  const run = useAction();
  const [draft, setDraft] = useState<Policy | null>(null);
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const named = useNamedAccounts(policy.accounts);
  const current = draft ?? policy;
  const client = kind === 'client-access';
  const choices = client ? words.clientAppliesTo : words.appliesTo;

  async function save(): Promise<void> {
    const { appliesTo, departments, accounts } = current;
    const asked = api
      .put<Policy>(`/sign-in/policies/${kind}`, { appliesTo, departments, accounts })
      .then(saved => {
        setDraft(null);
        setPeople(null);
        onSaved(saved);
      });
    await run(asked, { told: texts.shell.saved });
  }

  return (
    <Card
      title={client ? words.clientAccess : words.safeSignIn}
      hint={client ? words.clientAccessHint : words.safeSignInHint}
    >
      <OneOf
        label={client ? words.clientAccess : words.safeSignIn}
        value={current.appliesTo}
        disabled={!manage}
        choices={whom.map(value => ({ value, label: choices[value] }))}
        onChange={appliesTo => setDraft({ ...current, appliesTo })}
      />
      {current.appliesTo === 'selected' && (
        <>
          <DepartmentPicker
            value={current.departments}
            onChange={departments => setDraft({ ...current, departments })}
          />
          {named.people && (
            <PeoplePicker
              label={words.members}
              value={people ?? named.people}
              onChange={chosen => {
                setPeople(chosen);
                setDraft({ ...current, accounts: named.replaced(chosen) });
              }}
            />
          )}
        </>
      )}
      {manage && (
        <div className="row settings-add">
          <button
            type="button"
            className="button primary"
            disabled={draft === null}
            onClick={() => void save()}
          >
            {texts.shell.save}
          </button>
          {client && draft !== null && <span className="meta">{words.closesNow}</span>}
        </div>
      )}
    </Card>
  );
}
