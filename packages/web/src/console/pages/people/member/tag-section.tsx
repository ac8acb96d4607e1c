import { type ReactElement, useCallback } from 'react';
import { readAll } from '../../../kit/organisation.ts';
import { useAction } from '../../../kit/use-action.ts';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import type { Member } from '../types.ts';

interface TagState {
  readonly id: number;
  readonly name: string;
  readonly on: boolean;
}

/** Tags that are looked into: each is one request. */
const mostTags = 40;

/** Tags of a member as boxes. */
export function TagSection({
  member,
  onChanged,
}: {
  readonly member: Member;
  readonly onChanged: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().people.member;
  const act = useAction();
  const manage = may(session, 'members', 'manage');
  const loaded = useLoaded(
    useCallback(async (): Promise<readonly TagState[]> => {
      const all = (await readAll<{ id: number; name: string }>(api, '/tags')).slice(0, mostTags);
      return Promise.all(
        all.map(async ({ id, name }) => {
          const entries = await api.get<{ members: readonly number[] }>(`/tags/${id}/entries`);
          return { id, name, on: entries.members.includes(member.id) };
        }),
      );
    }, [api, member.id]),
  );
  const tags = loaded.value ?? [];

  async function toggle(tag: TagState): Promise<void> {
    const work = api.post(`/tags/${tag.id}/${tag.on ? 'remove' : 'add'}`, { members: [member.id] });
    if (!(await act(work, { told: words.saved }))) return;
    loaded.set(tags.map(other => (other.id === tag.id ? { ...other, on: !tag.on } : other)));
    onChanged();
  }

  return (
    <section className="drawer-section" aria-label={words.tags}>
      <h3>{words.tags}</h3>
      {loaded.value?.length === 0 && <p className="meta">{words.tagsNone}</p>}
      <div className="tag-boxes">
        {tags.map(tag => (
          <label key={tag.id} className="row">
            <input type="checkbox" checked={tag.on} disabled={!manage} onChange={() => void toggle(tag)} />
            {tag.name}
          </label>
        ))}
      </div>
    </section>
  );
}
