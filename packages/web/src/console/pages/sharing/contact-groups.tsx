import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { TextSetting } from '../../../ui/form.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { useAction } from '../../kit/use-action.ts';
import type { Loaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

export interface ContactGroup {
  readonly id: number;
  readonly name: string;
  readonly contacts: number;
}

export interface ContactGroupsAnswer {
  readonly groups: readonly ContactGroup[];
  readonly unassigned: number;
}

/** Groups of outside contacts: made, renamed, removed. */
export function ContactGroups({
  groups,
  onClose,
  onChanged,
}: {
  readonly groups: Loaded<ContactGroupsAnswer>;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.outside;
  const run = useAction();
  const [name, setName] = useState('');
  const [removing, setRemoving] = useState<ContactGroup | null>(null);
  const path = '/outside-contact-groups';
  return (
    <Drawer title={words.groupsTitle} onClose={onClose}>
      <LoadState of={groups} />
      {groups.value?.groups.map(group => (
        <div key={group.id} className="row">
          <div className="grow">
            <TextSetting
              label={words.groupName}
              hint={words.groupCount(group.contacts)}
              value={group.name}
              maxLength={200}
              onSave={next =>
                void run(api.patch(`${path}/${group.id}`, { name: next }), { told: texts.shell.saved }).then(
                  onChanged,
                )
              }
            />
          </div>
          <button type="button" className="button plain" onClick={() => setRemoving(group)}>
            {texts.shell.remove}
          </button>
        </div>
      ))}
      <form
        className="row settings-add"
        onSubmit={event => {
          event.preventDefault();
          void run(api.post(path, { name: name.trim() })).then(worked => {
            if (!worked) return;
            setName('');
            onChanged();
          });
        }}
      >
        <input
          className="field"
          aria-label={words.groupName}
          placeholder={words.groupName}
          value={name}
          maxLength={200}
          required
          onChange={event => setName(event.target.value)}
        />
        <button type="submit" className="button">
          {words.groupAdd}
        </button>
      </form>
      {removing && (
        <Confirm
          question={words.groupRemoveAsk(removing.name)}
          verb={texts.shell.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            const { id } = removing;
            setRemoving(null);
            void run(api.delete(`${path}/${id}`)).then(onChanged);
          }}
        />
      )}
    </Drawer>
  );
}
