import type { ReactElement } from 'react';
import { useAccounts } from '../../app/accounts/accounts-context.ts';
import { useTexts } from '../../lib/language.ts';
import { IconInbox, IconUsers } from '../../ui/icons.ts';
import { NavEntry } from './nav-entry.tsx';

/** 业务邮箱: the mailboxes one may use beside one's own, and the way back (PUB-06). */
export function AccountList({ onChosen }: { onChosen: () => void }): ReactElement | null {
  const words = useTexts().reading.accounts;
  const accounts = useAccounts();
  if (!accounts || accounts.others.length === 0) return null;
  const shown = accounts.shown;
  const choose = (id: string | null): void => {
    accounts.go(id);
    onChosen();
  };
  return (
    <div className="account-list">
      <div className="folder-group">
        <span className="grow">{words.group}</span>
      </div>
      {shown && (
        <NavEntry
          label={words.mine}
          icon={<IconInbox className="icon" size={18} />}
          current={false}
          count={accounts.own.store.mailboxByRole('inbox')?.unreadEmails ?? 0}
          unread
          onOpen={() => choose(null)}
        />
      )}
      {accounts.others.map(({ id, name, readOnly, store }) => (
        <NavEntry
          key={id}
          label={readOnly ? `${name} (${words.readOnly})` : name}
          icon={<IconUsers className="icon" size={18} />}
          current={shown?.id === id}
          count={store.mailboxByRole('inbox')?.unreadEmails ?? 0}
          unread
          onOpen={() => choose(id)}
        />
      ))}
    </div>
  );
}
