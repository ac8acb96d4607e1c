import { type ReactElement, useState } from 'react';
import { Dialog } from '../../../../ui/dialog.tsx';
import { OneOf } from '../../../kit/choices.tsx';
import { ShownOnce } from '../../../kit/shown-once.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { calledName, type Member } from '../types.ts';
import { type MadeLink, makeActivationLink, SendToField, ShownLink } from './activation-link.tsx';
import { makePassword } from './password.ts';

/** Asks how, then shows the link or the new password once. */
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
  const [how, setHow] = useState<'link' | 'password'>('link');
  const [sendTo, setSendTo] = useState('');
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<string | MadeLink | null>(null);
  const reset = member.activated;

  async function go(): Promise<void> {
    setBusy(true);
    if (how === 'link') await act(makeActivationLink(api, member.id, sendTo).then(setMade));
    else {
      const password = makePassword();
      await act(api.put(`/members/${member.id}/password`, { password }).then(() => setMade(password)));
    }
    setBusy(false);
  }

  if (made !== null) {
    return (
      <Dialog title={words.resetPassword} onClose={onClose}>
        {typeof made === 'string' ? (
          <ShownOnce text={made} hint={words.passwordOnce} />
        ) : (
          <ShownLink made={made} />
        )}
        <div className="dialog-actions">
          <button type="button" className="button primary" onClick={onClose}>
            {texts.shell.done}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.resetPasswordOf(calledName(member))} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (!busy) void go();
        }}
      >
        <OneOf
          label={words.link.how}
          value={how}
          choices={[
            {
              value: 'link',
              label: reset ? words.link.byLink : words.link.invite,
              hint: reset ? words.link.byLinkHint : words.link.inviteHint,
            },
            {
              value: 'password',
              label: words.link.byPassword,
              ...(reset ? { hint: words.link.byPasswordHint } : {}),
            },
          ]}
          onChange={setHow}
        />
        {how === 'link' && <SendToField value={sendTo} onChange={setSendTo} />}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.shell.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {how === 'link' ? (reset ? words.link.makeReset : words.link.make) : words.resetPassword}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
