import { type ReactElement, useState } from 'react';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type MailboxDraft, MailboxForm, mailboxBody } from './mailbox-form.tsx';

/** Makes a public mailbox and chooses its users (PUB-01, PUB-02). */
export function NewMailbox({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (id: number) => void;
}): ReactElement {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.mailboxes;
  const [draft, setDraft] = useState<MailboxDraft>({
    address: session.company.domain ? `@${session.company.domain}` : '',
    displayName: '',
    users: [],
    departments: [],
    tags: [],
    capacity: '',
  });
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const problems = fieldProblems(failure, texts);

  async function make(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const address = draft.address.trim();
      const made = await api.post<{ id: number }>('/public-mailboxes', { address, ...mailboxBody(draft) });
      toasts.show({ text: words.made(address), stayMs: 4000 });
      onMade(made.id);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <Drawer
      title={words.add}
      onClose={onClose}
      actions={
        <button type="button" className="button primary" disabled={busy} onClick={() => void make()}>
          {words.add}
        </button>
      }
    >
      <TextField
        label={words.address}
        type="email"
        required
        autoFocus
        maxLength={320}
        value={draft.address}
        problem={problems['address']}
        onChange={address => setDraft({ ...draft, address })}
      />
      <MailboxForm draft={draft} problems={problems} onChange={setDraft} />
      {failure !== null && (
        <p className="notice bad" role="alert">
          {explainProblem(failure, texts)}
        </p>
      )}
    </Drawer>
  );
}
