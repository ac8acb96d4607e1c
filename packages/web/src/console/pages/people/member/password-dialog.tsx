import { type ReactElement, useState } from 'react';
import { Confirm, Dialog } from '../../../../ui/dialog.tsx';
import { ShownOnce } from '../../../kit/shown-once.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { calledName, type Member } from '../types.ts';
import { makePassword } from './password.ts';

/** Asks, gives a new password, shows it once. */
export function PasswordDialog({
  member,
  onClose,
}: {
  readonly member: Member;
  readonly onClose: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const act = useAction();
  const [made, setMade] = useState<string | null>(null);
  if (made === null) {
    return (
      <Confirm
        question={words.resetPasswordAsk(calledName(member))}
        verb={words.resetPassword}
        cancel={texts.shell.cancel}
        onClose={onClose}
        onConfirm={() => {
          const password = makePassword();
          void act(api.put(`/members/${member.id}/password`, { password })).then(worked => {
            if (worked) setMade(password);
            else onClose();
          });
        }}
      />
    );
  }
  return (
    <Dialog title={words.resetPassword} onClose={onClose}>
      <ShownOnce text={made} hint={words.passwordOnce} />
      <div className="dialog-actions">
        <button type="button" className="button primary" onClick={onClose}>
          {texts.shell.done}
        </button>
      </div>
    </Dialog>
  );
}
