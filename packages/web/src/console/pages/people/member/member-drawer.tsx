import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../../ui/dialog.tsx';
import { Menu } from '../../../../ui/menu.tsx';
import { Drawer } from '../../../kit/drawer.tsx';
import { LoadState } from '../../../kit/load-state.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { calledName, type Member } from '../types.ts';
import type { Departments } from '../use-departments.ts';
import { AddressSection } from './address-section.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SignInSection } from './sign-in-section.tsx';
import { TagSection } from './tag-section.tsx';
import { VisibilitySwitch } from './visibility-switch.tsx';

interface DrawerProps {
  readonly id: number;
  readonly departments: Departments;
  readonly onClose: () => void;
  readonly onLeave: () => void;
  /** Something of the member changed: the table reads again. */
  readonly onChanged: () => void;
}

/** The whole profile of a member, each part with what may be done. */
export function MemberDrawer({ id, departments, onClose, onLeave, onChanged }: DrawerProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const act = useAction();
  const [asking, setAsking] = useState<'password' | 'remove' | null>(null);
  const loaded = useLoaded(useCallback(() => api.getTagged<Member>(`/members/${id}`), [api, id]));
  const member = loaded.value?.value;
  const manage = may(session, 'members', 'manage');

  function changed(): void {
    loaded.reload();
    onChanged();
  }

  async function disable(who: Member, disabled: boolean): Promise<void> {
    const set = (value: boolean): Promise<unknown> =>
      api.post(value ? '/members/disable' : '/members/enable', { ids: [id] });
    const name = calledName(who);
    await act(set(disabled), {
      told: disabled ? words.disabledTold(name) : words.enabledTold(name),
      undo: () => void act(set(!disabled)).then(changed),
    });
    changed();
  }

  async function giveVip(vip: boolean): Promise<void> {
    await act(api.post('/members/vip', { vip, members: [id] }), { told: words.saved });
    changed();
  }

  const actions =
    member && manage ? (
      <>
        <Menu
          className="button"
          align="start"
          label={texts.shell.more}
          items={[
            {
              key: 'vip',
              label: member.vip ? words.takeVip : words.giveVip,
              run: () => void giveVip(!member.vip),
            },
            {
              key: 'disable',
              label: member.disabled ? words.enable : words.disable,
              run: () => void disable(member, !member.disabled),
            },
            'line',
            { key: 'remove', label: words.remove, danger: true, run: () => setAsking('remove') },
          ]}
        />
        <span className="grow" />
        <button type="button" className="button" onClick={() => setAsking('password')}>
          {words.resetPassword}
        </button>
        <button type="button" className="button" onClick={onLeave}>
          {words.leave}
        </button>
      </>
    ) : undefined;

  return (
    <Drawer title={member ? calledName(member) : ''} onClose={onClose} actions={actions}>
      <LoadState of={loaded} />
      {loaded.value && member && (
        <>
          <p className="row member-chips">
            {member.disabled && <span className="chip bad">{texts.people.states.disabled}</span>}
            {member.vip && <span className="chip vip">{texts.people.vip}</span>}
            {member.role === 'administrator' && (
              <span className="chip">{texts.people.states.administrator}</span>
            )}
          </p>
          <ProfileForm
            key={loaded.value.etag}
            member={member}
            etag={loaded.value.etag}
            departments={departments}
            onSaved={changed}
          />
          <AddressSection member={member} onChanged={changed} />
          <TagSection member={member} onChanged={onChanged} />
          {may(session, 'directoryVisibility', 'view') && (
            <VisibilitySwitch member={member} onChanged={changed} />
          )}
          {may(session, 'signIn', 'view') && <SignInSection member={member} />}
        </>
      )}
      {asking === 'password' && member && <PasswordDialog member={member} onClose={() => setAsking(null)} />}
      {asking === 'remove' && member && (
        <Confirm
          question={words.removeAsk(calledName(member))}
          verb={words.remove}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            const told = words.removed(calledName(member));
            void act(api.delete(`/members/${id}`), { told }).then(worked => {
              if (!worked) return;
              onChanged();
              onClose();
            });
          }}
        />
      )}
    </Drawer>
  );
}
