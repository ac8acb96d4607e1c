import { type ReactElement, useCallback, useState } from 'react';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { Field, TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { TextArea } from '../../kit/text-area.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { ContactGroup } from './contact-groups.tsx';
import type { OutsideContact } from './outside-contacts.tsx';

type Draft = Omit<OutsideContact, 'id'>;

const fresh: Draft = {
  groupId: null,
  name: '',
  address: '',
  organisation: '',
  jobTitle: '',
  mobile: '',
  phone: '',
  note: '',
};
const lines = ['name', 'address', 'organisation', 'jobTitle', 'mobile', 'phone'] as const;

function draftOf({
  groupId,
  name,
  address,
  organisation,
  jobTitle,
  mobile,
  phone,
  note,
}: OutsideContact): Draft {
  return { groupId, name, address, organisation, jobTitle, mobile, phone, note };
}

/** One outside contact, made or changed. */
export function ContactDrawer({
  id,
  groups,
  manage,
  onClose,
  onChanged,
}: {
  readonly id: number | null;
  readonly groups: readonly ContactGroup[];
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): ReactElement {
  const { api, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.outside;
  const found = useLoaded(
    useCallback(
      async () =>
        id === null ? { value: null, etag: null } : api.getTagged<OutsideContact>(`/outside-contacts/${id}`),
      [api, id],
    ),
  );
  const [draft, setDraft] = useState<Draft | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const current = draft ?? (found.value ? (found.value.value ? draftOf(found.value.value) : fresh) : null);
  const problems = fieldProblems(failure, texts);

  async function save(): Promise<void> {
    if (!current) return;
    setFailure(null);
    try {
      if (id === null) await api.post('/outside-contacts', current);
      else await api.patch(`/outside-contacts/${id}`, current, found.value?.etag ?? null);
      toasts.show({ text: texts.shell.saved, stayMs: 4000 });
      onChanged();
      onClose();
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <Drawer
      title={found.value?.value?.name || words.add}
      onClose={onClose}
      actions={
        manage && (
          <button type="button" className="button primary" onClick={() => void save()}>
            {id === null ? words.add : texts.shell.save}
          </button>
        )
      }
    >
      <LoadState of={found} />
      {current && (
        <>
          {lines.map(line => (
            <TextField
              key={line}
              label={words[line]}
              type={line === 'address' ? 'email' : 'text'}
              required={line === 'address'}
              value={current[line]}
              maxLength={line === 'address' ? 320 : 200}
              problem={problems[line]}
              disabled={!manage}
              onChange={value => setDraft({ ...current, [line]: value })}
            />
          ))}
          <Field label={words.group}>
            {field => (
              <select
                id={field}
                className="field"
                value={current.groupId ?? ''}
                disabled={!manage}
                onChange={event =>
                  setDraft({
                    ...current,
                    groupId: event.target.value === '' ? null : Number(event.target.value),
                  })
                }
              >
                <option value="">{words.unassigned}</option>
                {groups.map(group => (
                  <option key={group.id} value={group.id}>
                    {group.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <TextArea
            label={words.note}
            value={current.note}
            onChange={note => setDraft({ ...current, note })}
          />
        </>
      )}
      {failure !== null && (
        <p className="notice bad" role="alert">
          {explainProblem(failure, texts)}
        </p>
      )}
    </Drawer>
  );
}
