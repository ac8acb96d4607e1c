import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Switch } from '../../../ui/form.tsx';
import { capacityText } from '../../kit/capacity.ts';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { LoadState } from '../../kit/load-state.tsx';
import type { Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type MailboxDraft, MailboxForm, mailboxBody } from './mailbox-form.tsx';
import { MailboxPasswords } from './mailbox-passwords.tsx';
import type { MailboxSummary } from './public-mailboxes.tsx';

interface Mailbox extends MailboxSummary {
  readonly users: readonly {
    readonly accountId: number;
    readonly address: string;
    readonly displayName: string;
  }[];
  readonly departments: readonly number[];
  readonly tags: readonly number[];
}

interface EditProps {
  readonly id: number;
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function draftOf(mailbox: Mailbox): MailboxDraft {
  const users: Person[] = mailbox.users.map(({ accountId, address, displayName }) => ({
    id: accountId,
    address,
    name: displayName,
  }));
  const { address, displayName, departments, tags, quotaBytes } = mailbox;
  return { address, displayName, users, departments, tags, capacity: capacityText(quotaBytes) };
}

/** One public mailbox: users, capacity, passwords, disabling, reclaiming. */
export function EditMailbox({ id, manage, onClose, onChanged }: EditProps): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.mailboxes;
  const run = useAction();
  const path = `/public-mailboxes/${id}`;
  const found = useLoaded(useCallback(() => api.getTagged<Mailbox>(path), [api, path]));
  const [draft, setDraft] = useState<MailboxDraft | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [reclaiming, setReclaiming] = useState(false);
  const mailbox = found.value?.value ?? null;
  const current = draft ?? (mailbox && draftOf(mailbox));

  async function save(): Promise<void> {
    if (!current) return;
    setFailure(null);
    try {
      const saved = api.patch(path, mailboxBody(current), found.value?.etag ?? null);
      await saved;
      await run(saved, { told: texts.shell.saved });
      setDraft(null);
      found.reload();
      onChanged();
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <Drawer
      title={mailbox?.address ?? words.title}
      onClose={onClose}
      actions={
        manage && (
          <>
            <button type="button" className="button plain" onClick={() => setReclaiming(true)}>
              {words.reclaim}
            </button>
            <span className="grow" />
            <button
              type="button"
              className="button primary"
              disabled={draft === null}
              onClick={() => void save()}
            >
              {texts.shell.save}
            </button>
          </>
        )
      }
    >
      <LoadState of={found} />
      {mailbox && current && (
        <>
          {!manage && <p className="meta">{texts.shell.viewOnly}</p>}
          <Switch
            label={words.enabled}
            checked={!mailbox.disabled}
            disabled={!manage}
            onChange={on =>
              void run(api.patch(path, { disabled: !on }), {
                told: on ? words.enabled : words.disabled,
              }).then(() => {
                found.reload();
                onChanged();
              })
            }
          />
          <MailboxForm draft={current} problems={fieldProblems(failure, texts)} onChange={setDraft} />
          {failure !== null && (
            <p className="notice bad" role="alert">
              {explainProblem(failure, texts)}
            </p>
          )}
          <MailboxPasswords path={path} manage={manage} />
        </>
      )}
      {reclaiming && mailbox && (
        <Confirm
          question={words.reclaimAsk(mailbox.address)}
          verb={words.reclaim}
          cancel={texts.shell.cancel}
          onClose={() => setReclaiming(false)}
          onConfirm={() => {
            setReclaiming(false);
            void run(api.delete(path), { told: words.reclaimed(mailbox.address) }).then(worked => {
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
