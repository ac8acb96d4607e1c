import { type FormEvent, type ReactElement, useCallback, useState } from 'react';
import { ApiProblem } from '../../../api.ts';
import { explainProblem } from '../../../kit/explain.ts';
import { PeoplePicker, type Person } from '../../../kit/pickers.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { Ask } from '../departments/dialogs.tsx';
import { calledName, type Member } from '../types.ts';
import { AddressField, useDomainNames } from './address-field.tsx';
import { RenameDialog } from './rename-dialog.tsx';

interface SectionProps {
  readonly member: Member;
  readonly onChanged: () => void;
}

/** Most aliases of an account by the plan; null: no limit, or not to be seen by this administrator. */
function useAliasLimit(): number | null {
  const { api, session } = useConsole();
  const allowed = may(session, 'company', 'view');
  const loaded = useLoaded(
    useCallback(
      async () =>
        allowed
          ? ((await api.get<{ plan: { limits: Record<string, number | null> } }>('/company')).plan.limits[
              'aliasesPerAccount'
            ] ?? null)
          : null,
      [api, allowed],
    ),
  );
  return loaded.value;
}

/** Main address and aliases (ALS-01 to ALS-03): add to the limit, move, remove with undo. */
export function AddressSection({ member, onChanged }: SectionProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const act = useAction();
  const [renaming, setRenaming] = useState(false);
  const [moving, setMoving] = useState<string | null>(null);
  const max = useAliasLimit();
  const manage = may(session, 'aliases', 'manage');
  const full = max !== null && member.aliases.length >= max;
  const add = (address: string): Promise<unknown> => api.post(`/members/${member.id}/aliases`, { address });

  async function remove(address: string): Promise<void> {
    await act(api.delete(`/aliases/${encodeURIComponent(address)}`), {
      told: words.aliasRemoved(address),
      undo: () => void act(add(address)).then(onChanged),
    });
    onChanged();
  }

  return (
    <section className="drawer-section" aria-label={words.addresses}>
      <h3>{words.addresses}</h3>
      <div className="row address-line">
        <span className="grow address">{member.address}</span>
        <span className="meta">{words.main}</span>
        {may(session, 'members', 'manage') && (
          <button type="button" className="button plain" onClick={() => setRenaming(true)}>
            {words.rename}
          </button>
        )}
      </div>
      <p className="meta">{words.aliases(member.aliases.length, max)}</p>
      <ul className="plain-list">
        {member.aliases.map(address => (
          <li key={address} className="row address-line">
            <span className="grow address">{address}</span>
            {manage && (
              <>
                <button type="button" className="button plain" onClick={() => setMoving(address)}>
                  {words.aliasMove}
                </button>
                <button type="button" className="button plain" onClick={() => void remove(address)}>
                  {texts.bin.aliases.remove}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {manage && (full ? <p>{words.aliasFull(max)}</p> : <NewAlias add={add} onAdded={onChanged} />)}
      {renaming && <RenameDialog member={member} onClose={() => setRenaming(false)} onDone={onChanged} />}
      {moving !== null && <MoveAlias address={moving} onClose={() => setMoving(null)} onDone={onChanged} />}
    </section>
  );
}

function NewAlias({
  add,
  onAdded,
}: {
  readonly add: (address: string) => Promise<unknown>;
  readonly onAdded: () => void;
}): ReactElement {
  const { toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const domains = useDomainNames();
  const [draft, setDraft] = useState({ local: '', domain: '' });
  const [failure, setFailure] = useState<unknown>(null);
  const domain = draft.domain || (domains[0] ?? '');
  const address = `${draft.local}@${domain}`;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (draft.local === '') return;
    setFailure(null);
    add(address).then(() => {
      toasts.show({ text: words.aliasAdded(address), stayMs: 4000 });
      setDraft({ local: '', domain });
      onAdded();
    }, setFailure);
  }

  return (
    <form onSubmit={submit}>
      <AddressField
        label={words.aliasNew}
        local={draft.local}
        domain={domain}
        domains={domains}
        problem={
          failure instanceof ApiProblem || failure !== null ? explainProblem(failure, texts) : undefined
        }
        onChange={(local, next) => setDraft({ local, domain: next })}
      />
      <button type="submit" className="button" disabled={draft.local === ''}>
        {words.aliasAdd}
      </button>
    </form>
  );
}

/** Gives an alias to another member (MBX-08). */
export function MoveAlias({
  address,
  onClose,
  onDone,
}: {
  readonly address: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [to] = people;
  return (
    <Ask
      title={words.aliasMoveTitle(address)}
      verb={words.aliasMove}
      disabled={!to}
      told={to ? words.aliasMoved(address, calledName(to)) : ''}
      work={() => api.post(`/aliases/${encodeURIComponent(address)}/move`, { to: to?.id ?? 0 })}
      onClose={onClose}
      onDone={onDone}
    >
      <PeoplePicker label={texts.bin.aliases.owner} single value={people} onChange={setPeople} />
    </Ask>
  );
}
