import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import type { Api } from '../../api.ts';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import type { Person } from '../../kit/pickers.tsx';
import { addressesIn } from '../../kit/text-area.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type GroupDraft, GroupForm } from './group-form.tsx';
import type { Posting } from './groups.tsx';

interface Group {
  readonly id: number;
  readonly address: string;
  readonly displayName: string;
  readonly members: readonly string[];
  readonly departments: readonly number[];
  readonly tags: readonly number[];
  readonly posting: Posting;
  readonly senders: readonly string[];
  readonly senderDepartments: readonly number[];
  readonly senderTags: readonly number[];
  readonly representatives: readonly {
    readonly accountId: number;
    readonly address: string;
    readonly displayName: string;
  }[];
}

interface GroupDrawerProps {
  /** Null: a new one. */
  readonly id: number | null;
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Most groups of groups that are looked through for a loop. */
const mostLooked = 50;

/** The group that leads back to `address` through groups within groups, or null. */
async function loopOf(api: Api, address: string, members: readonly string[]): Promise<string | null> {
  const seen = new Set<string>();
  const waiting = [...members];
  for (let looked = 0; looked < mostLooked; ) {
    const next = waiting.shift()?.toLowerCase();
    if (next === undefined) return null;
    if (seen.has(next)) continue;
    seen.add(next);
    // Only what lies in the company can be a group of it: the search finds none for others.
    const { items } = await api.get<{ items: readonly { id: number; address: string }[] }>('/groups', {
      q: next,
      limit: 5,
    });
    const found = items.find(group => group.address.toLowerCase() === next);
    if (!found) continue;
    looked += 1;
    const group = await api.get<Group>(`/groups/${found.id}`);
    if (group.members.some(member => member.toLowerCase() === address.toLowerCase())) return group.address;
    waiting.push(...group.members);
  }
  return null;
}

function draftOf(group: Group | null, domain: string | null): GroupDraft {
  if (!group)
    return {
      address: domain ? `@${domain}` : '',
      displayName: '',
      members: '',
      departments: [],
      tags: [],
      posting: 'company',
      senders: '',
      senderDepartments: [],
      senderTags: [],
      representatives: [],
    };
  const representatives: Person[] = group.representatives.map(({ accountId, address, displayName }) => ({
    id: accountId,
    address,
    name: displayName,
  }));
  return {
    ...group,
    members: group.members.join('\n'),
    senders: group.senders.join('\n'),
    representatives,
  };
}

function bodyOf(draft: GroupDraft): Record<string, unknown> {
  return {
    displayName: draft.displayName.trim(),
    members: addressesIn(draft.members),
    departments: draft.departments,
    tags: draft.tags,
    posting: draft.posting,
    senders: addressesIn(draft.senders),
    senderDepartments: draft.senderDepartments,
    senderTags: draft.senderTags,
    representatives: draft.representatives.map(({ id }) => id),
  };
}

/** A group: made or changed, with a word about loops (GRP-05). */
export function GroupDrawer({ id, manage, onClose, onChanged }: GroupDrawerProps): ReactElement {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.groups;
  const run = useAction();
  const found = useLoaded(
    useCallback(
      async () => (id === null ? { value: null, etag: null } : api.getTagged<Group>(`/groups/${id}`)),
      [api, id],
    ),
  );
  const [draft, setDraft] = useState<GroupDraft | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [loop, setLoop] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const group = found.value?.value ?? null;
  const current = draft ?? (found.value ? draftOf(group, session.company.domain) : null);

  async function save(): Promise<void> {
    if (!current || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const address = current.address.trim();
      const body = bodyOf(current);
      if (group) await api.patch(`/groups/${group.id}`, body, found.value?.etag ?? null);
      else await api.post('/groups', { address, ...body });
      const circle = await loopOf(api, address, addressesIn(current.members)).catch(() => null);
      onChanged();
      toasts.show({ text: group ? texts.shell.saved : words.made(address), stayMs: 4000 });
      if (circle !== null && loop !== circle) {
        setLoop(circle);
        if (group) {
          setDraft(null);
          found.reload();
        } else toasts.show({ text: words.loop(circle), stayMs: 10_000 });
      }
      if (!group || circle === null) onClose();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <Drawer
      title={group?.address ?? words.add}
      onClose={onClose}
      actions={
        manage && (
          <>
            {group && (
              <button type="button" className="button plain" onClick={() => setRemoving(true)}>
                {words.remove}
              </button>
            )}
            <span className="grow" />
            <button
              type="button"
              className="button primary"
              disabled={busy || (group !== null && draft === null)}
              onClick={() => void save()}
            >
              {group ? texts.shell.save : words.add}
            </button>
          </>
        )
      }
    >
      <LoadState of={found} />
      {current && (
        <>
          {!manage && <p className="meta">{texts.shell.viewOnly}</p>}
          {!group && (
            <TextField
              label={words.address}
              type="email"
              required
              autoFocus
              maxLength={320}
              value={current.address}
              problem={fieldProblems(failure, texts)['address']}
              onChange={address => setDraft({ ...current, address })}
            />
          )}
          <GroupForm draft={current} problems={fieldProblems(failure, texts)} onChange={setDraft} />
          {loop && (
            <p className="notice" role="status">
              {words.loop(loop)}
            </p>
          )}
          {failure !== null && (
            <p className="notice bad" role="alert">
              {explainProblem(failure, texts)}
            </p>
          )}
        </>
      )}
      {removing && group && (
        <Confirm
          question={words.removeAsk(group.address)}
          verb={words.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            void run(api.delete(`/groups/${group.id}`), { told: words.removed(group.address) }).then(
              worked => {
                if (!worked) return;
                onChanged();
                onClose();
              },
            );
          }}
        />
      )}
    </Drawer>
  );
}
