import { type FormEvent, type ReactElement, useState } from 'react';
import { fileSize } from '../../../../lib/format.ts';
import { ApiProblem } from '../../../api.ts';
import { capacityBytes, capacityText } from '../../../kit/capacity.ts';
import { explainProblem, fieldProblems } from '../../../kit/explain.ts';
import { Field, TextField } from '../../../kit/field.tsx';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import type { Member } from '../types.ts';
import type { Departments } from '../use-departments.ts';
import { type Place, PlacesField } from './places-field.tsx';

const textFields = [
  'name',
  'englishName',
  'jobTitle',
  'mobile',
  'phone',
  'employeeNumber',
  'userId',
] as const;
type TextKey = (typeof textFields)[number];

interface Draft extends Readonly<Record<TextKey, string>> {
  readonly gender: '' | 'male' | 'female';
  readonly quota: string;
  readonly places: readonly Place[];
}

function draftOf(member: Member): Draft {
  const texts = Object.fromEntries(textFields.map(key => [key, member[key]])) as Record<TextKey, string>;
  const { quotaBytes } = member;
  return {
    ...texts,
    gender: member.gender ?? '',
    quota: capacityText(quotaBytes),
    places: member.departments,
  };
}

/** What is different from the member, as the API takes it. */
function changesOf(member: Member, draft: Draft): Record<string, unknown> {
  const before = draftOf(member);
  const changes: Record<string, unknown> = {};
  for (const key of textFields) if (draft[key].trim() !== before[key]) changes[key] = draft[key].trim();
  if (draft.gender !== before.gender) changes['gender'] = draft.gender || null;
  if (draft.quota !== before.quota) changes['quotaBytes'] = capacityBytes(draft.quota) ?? null;
  if (JSON.stringify(draft.places) !== JSON.stringify(before.places)) changes['departments'] = draft.places;
  return changes;
}

interface ProfileProps {
  readonly member: Member;
  readonly etag: string | null;
  readonly departments: Departments;
  readonly onSaved: () => void;
}

/** What stands in a profile, saved together; refused when somebody else changed it meanwhile. */
export function ProfileForm({ member, etag, departments, onSaved }: ProfileProps): ReactElement {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const [draft, setDraft] = useState(() => draftOf(member));
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const readOnly = !may(session, 'members', 'manage');
  const problems = fieldProblems(failure, texts);
  const changes = changesOf(member, draft);
  const dirty = Object.keys(changes).length > 0;
  const quotaWrong = 'quotaBytes' in changes && capacityBytes(draft.quota) === undefined;
  const set = (change: Partial<Draft>): void => setDraft(before => ({ ...before, ...change }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (busy || quotaWrong || !dirty) return;
    setBusy(true);
    setFailure(null);
    api
      .patch(`/members/${member.id}`, changes, etag)
      .then(
        () => {
          toasts.show({ text: words.saved, stayMs: 4000 });
          onSaved();
        },
        (error: unknown) => {
          if (error instanceof ApiProblem && error.status === 412) {
            toasts.show({ text: texts.shell.changedElsewhere, tone: 'error' });
            onSaved();
          } else setFailure(error);
        },
      )
      .finally(() => setBusy(false));
  }

  const text = (key: TextKey, maxLength: number, type: 'text' | 'tel' = 'text'): ReactElement => (
    <TextField
      label={words[key]}
      type={type}
      value={draft[key]}
      maxLength={maxLength}
      disabled={readOnly}
      problem={problems[key]}
      {...(key === 'userId' ? { hint: words.userIdHint } : {})}
      onChange={value => set({ [key]: value })}
    />
  );
  return (
    <form className="drawer-section" aria-label={words.profile} onSubmit={submit}>
      <div className="field-pairs">
        {text('name', 200)}
        {text('englishName', 100)}
        {text('jobTitle', 100)}
        {text('employeeNumber', 100)}
        {text('mobile', 100, 'tel')}
        {text('phone', 100, 'tel')}
        <Field label={words.gender}>
          {id => (
            <select
              id={id}
              className="field"
              disabled={readOnly}
              value={draft.gender}
              onChange={event => set({ gender: event.target.value as Draft['gender'] })}
            >
              <option value="">{texts.shell.none}</option>
              <option value="male">{words.male}</option>
              <option value="female">{words.female}</option>
            </select>
          )}
        </Field>
        {text('userId', 64)}
      </div>
      <PlacesField
        departments={departments}
        places={draft.places}
        readOnly={readOnly}
        onChange={places => set({ places })}
      />
      <TextField
        label={words.quota}
        value={draft.quota}
        disabled={readOnly}
        problem={quotaWrong ? words.quotaBad : problems['quotaBytes']}
        hint={words.quotaHint(
          member.effectiveQuotaBytes === null ? texts.shell.unlimited : fileSize(member.effectiveQuotaBytes),
        )}
        onChange={quota => set({ quota })}
      />
      {failure !== null && Object.keys(problems).length === 0 && (
        <p className="form-failure" role="alert">
          {explainProblem(failure, texts)}
        </p>
      )}
      {!readOnly && (
        <p className="form-save">
          <button type="submit" className="button primary" disabled={busy || !dirty || quotaWrong}>
            {texts.shell.save}
          </button>
        </p>
      )}
    </form>
  );
}
