import { type ReactElement, useCallback } from 'react';
import { Drawer } from '../../kit/drawer.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { PeoplePicker } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { DepartmentSelect } from '../people/departments/select.tsx';
import { calledName, type Member } from '../people/types.ts';
import { useDepartmentTree } from '../people/use-departments.ts';
import type { Tag } from './types.ts';

/** Members that are shown by name; of more the number is told. */
const mostNamed = 100;

interface Entries {
  readonly members: readonly { readonly id: number; readonly name: string; readonly address: string }[];
  readonly more: number;
  readonly departments: readonly number[];
}

/** Who stands in a tag: members and whole departments, put in and taken out one by one. */
export function TagDrawer({
  tag,
  onClose,
  onChanged,
}: {
  readonly tag: Tag;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().bin.tags;
  const act = useAction();
  const departments = useDepartmentTree();
  const manage = may(session, 'members', 'manage');
  const loaded = useLoaded(
    useCallback(async (): Promise<Entries> => {
      const entries = await api.get<{ members: readonly number[]; departments: readonly number[] }>(
        `/tags/${tag.id}/entries`,
      );
      const page = await api.get<{ items: readonly Member[]; total?: number }>('/members', {
        tag: tag.id,
        limit: mostNamed,
      });
      const wanted = new Set(entries.members);
      const members = page.items.filter(({ id }) => wanted.has(id));
      return { members, more: entries.members.length - members.length, departments: entries.departments };
    }, [api, tag.id]),
  );
  const entries = loaded.value;
  const departmentName = (id: number): string => departments.byId.get(id)?.path.join(' / ') ?? `${id}`;

  async function change(
    how: 'add' | 'remove',
    what: { readonly members?: readonly number[]; readonly departments?: readonly number[] },
    name: string,
  ): Promise<void> {
    const send = (verb: 'add' | 'remove'): Promise<unknown> => api.post(`/tags/${tag.id}/${verb}`, what);
    const refresh = (): void => {
      loaded.reload();
      onChanged();
    };
    await act(send(how), {
      told: how === 'add' ? words.putIn(name) : words.takenOut(name),
      undo: () => void act(send(how === 'add' ? 'remove' : 'add')).then(refresh),
    });
    refresh();
  }

  return (
    <Drawer title={tag.name} onClose={onClose}>
      <LoadState of={loaded} />
      {manage && (
        <>
          <PeoplePicker
            label={words.addMember}
            value={[]}
            onChange={([person]) => {
              if (person) void change('add', { members: [person.id] }, calledName(person));
            }}
          />
          <DepartmentSelect
            label={words.addDepartment}
            departments={departments}
            value={0}
            onChange={id => void change('add', { departments: [id] }, departmentName(id))}
          />
        </>
      )}
      {entries && entries.members.length + entries.departments.length === 0 && (
        <p className="form-note">{words.noEntries}</p>
      )}
      <ul className="plain-list">
        {entries?.departments.map(id => (
          <li key={`d${id}`} className="row address-line">
            <span className="grow">
              {departmentName(id)} <span className="meta">{words.wholeBranch}</span>
            </span>
            {manage && (
              <button
                type="button"
                className="button plain"
                onClick={() => void change('remove', { departments: [id] }, departmentName(id))}
              >
                {words.takeOut}
              </button>
            )}
          </li>
        ))}
        {entries?.members.map(member => (
          <li key={member.id} className="row address-line">
            <span className="grow">
              {calledName(member)} <span className="meta">{member.address}</span>
            </span>
            {manage && (
              <button
                type="button"
                className="button plain"
                onClick={() => void change('remove', { members: [member.id] }, calledName(member))}
              >
                {words.takeOut}
              </button>
            )}
          </li>
        ))}
      </ul>
      {entries && entries.more > 0 && <p className="meta">{words.more(entries.more)}</p>}
    </Drawer>
  );
}
