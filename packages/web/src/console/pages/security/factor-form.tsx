import { type ReactElement, useCallback, useState } from 'react';
import { Card } from '../../../ui/form.tsx';
import { OneOf } from '../../kit/choices.tsx';
import { TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { DepartmentPicker, PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { useNamedAccounts } from './use-named-accounts.ts';

interface FactorPolicy {
  readonly appliesTo: 'everybody' | 'administrators' | 'selected' | 'nobody';
  readonly departments: readonly number[];
  readonly accounts: readonly number[];
  readonly graceDays: number;
  readonly since: string | null;
}

const whom = ['everybody', 'administrators', 'selected', 'nobody'] as const;

/** The API takes no more. */
const maxGraceDays = 90;
const path = '/sign-in/second-factor-policy';

/** 要求二次验证: of whom a second factor is demanded, and how long it may be put off. */
export function FactorForm({ manage }: { readonly manage: boolean }): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().security.signIn;
  const policy = useLoaded(useCallback(() => api.get<FactorPolicy>(path), [api]));
  return (
    <Card title={words.factor} hint={words.factorHint}>
      <LoadState of={policy} />
      {policy.value && (
        <Fields key={policy.value.since} policy={policy.value} manage={manage} onSaved={policy.set} />
      )}
      <p className="meta">
        <a href="#/members/without-factor">{words.factorMissing}</a>
      </p>
    </Card>
  );
}

function Fields({
  policy,
  manage,
  onSaved,
}: {
  readonly policy: FactorPolicy;
  readonly manage: boolean;
  readonly onSaved: (policy: FactorPolicy) => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.signIn;
  const run = useAction();
  const [draft, setDraft] = useState<FactorPolicy>(policy);
  const [days, setDays] = useState(`${policy.graceDays}`);
  const named = useNamedAccounts(policy.accounts);
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const graceDays = /^\d{1,2}$/.test(days.trim()) ? Number(days) : Number.NaN;
  const bad = Number.isNaN(graceDays) || graceDays > maxGraceDays;
  const changed = draft !== policy || days !== `${policy.graceDays}`;

  async function save(): Promise<void> {
    const { appliesTo, departments, accounts } = draft;
    const asked = api.put<FactorPolicy>(path, { appliesTo, departments, accounts, graceDays });
    await run(asked.then(onSaved), { told: texts.shell.saved });
  }

  return (
    <>
      <OneOf
        label={words.factor}
        value={draft.appliesTo}
        disabled={!manage}
        choices={whom.map(value => ({ value, label: words.factorTo[value] }))}
        onChange={appliesTo => setDraft({ ...draft, appliesTo })}
      />
      {draft.appliesTo === 'selected' && (
        <>
          <DepartmentPicker
            value={draft.departments}
            onChange={departments => setDraft({ ...draft, departments })}
          />
          {named.people && (
            <PeoplePicker
              label={words.members}
              value={people ?? named.people}
              onChange={chosen => {
                setPeople(chosen);
                setDraft({ ...draft, accounts: named.replaced(chosen) });
              }}
            />
          )}
        </>
      )}
      {draft.appliesTo !== 'nobody' && (
        <TextField
          label={words.grace}
          hint={words.graceHint}
          value={days}
          maxLength={2}
          disabled={!manage}
          problem={bad ? words.graceBad(maxGraceDays) : undefined}
          onChange={setDays}
        />
      )}
      {manage && (
        <div className="row settings-add">
          <button
            type="button"
            className="button primary"
            disabled={!changed || bad}
            onClick={() => void save()}
          >
            {texts.shell.save}
          </button>
        </div>
      )}
    </>
  );
}
