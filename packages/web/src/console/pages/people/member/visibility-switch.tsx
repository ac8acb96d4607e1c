import type { ReactElement } from 'react';
import { Switch } from '../../../../ui/form.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import type { Member } from '../types.ts';

/** Whether colleagues find somebody in the address book (DIR-09). */
export function VisibilitySwitch({
  member,
  onChanged,
}: {
  readonly member: Member;
  readonly onChanged: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().people.member;
  const act = useAction();
  return (
    <section className="drawer-section" aria-label={words.book}>
      <h3>{words.book}</h3>
      <Switch
        label={words.hidden}
        hint={words.hiddenHint}
        checked={member.hidden}
        disabled={!may(session, 'directoryVisibility', 'manage')}
        onChange={hidden =>
          void act(api.put(`/members/${member.id}/visibility`, { hidden }), { told: words.saved }).then(
            onChanged,
          )
        }
      />
    </section>
  );
}
