import type { ReactElement } from 'react';
import { useEffect } from 'react';
import { useNotifications } from '../../features/notify/use-notifications.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Language } from '../../lib/language.ts';
import { MailScreen } from '../mail-screen.tsx';
import { SignInAgain } from '../sign-in-again.tsx';
import type { Theme } from '../theme.ts';
import type { Accounts } from './accounts.ts';
import { AccountsContext } from './accounts-context.ts';

interface AccountScreensProps {
  readonly accounts: Accounts;
  readonly theme: { readonly theme: Theme; readonly dark: boolean; readonly choose: (theme: Theme) => void };
  readonly onLanguage: (language: Language) => void;
  readonly onSignedOut: () => void;
}

/** The screen of the account that the address names. Another account is another screen: nothing of one leaks into the other. */
export function AccountScreens({ accounts, ...props }: AccountScreensProps): ReactElement {
  useObserved(accounts);
  useEffect(() => accounts.start(), [accounts]);
  useNotifications(accounts);
  const { current } = accounts;
  return (
    <AccountsContext value={accounts}>
      <SignInAgain client={accounts.own.store.client} />
      <MailScreen key={current.store.client.accountId} app={current} accounts={accounts} {...props} />
    </AccountsContext>
  );
}
