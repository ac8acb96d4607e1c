import { createPhrases, type Language, languageOf } from '@hongyan/phrases/phrases.ts';
import { systemScope } from '../access/scope.ts';
import type { Authenticator, SignInAttempt } from '../access/types.ts';
import type { Directory } from '../directory/directory.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { createAccount, type FirstFolder } from '../mailbox/create.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';

/** Makes the store of an account that the directory knows, if it has none yet. */
export interface Mailboxes {
  ensure(tenantId: TenantId, accountId: AccountId): Promise<void>;
}

const firstRoles = ['drafts', 'sent', 'junk', 'trash', 'archive'] as const;

/** The folders that every mailbox starts with, named in the language of its owner. */
export function firstFolders(language: Language): FirstFolder[] {
  const phrases = createPhrases(language);
  return firstRoles.map(role => ({ role, name: phrases.say(`folder.${role}`) }));
}

/** Remembers which accounts have their store, so that asking costs nothing after the first time. */
export function createMailboxes(
  context: MailboxContext,
  directory: Pick<Directory, 'getUser'>,
  fallback: Language,
): Mailboxes {
  const known = new Set<AccountId>();
  return {
    async ensure(tenantId, accountId): Promise<void> {
      if (known.has(accountId)) return;
      const scope = systemScope(tenantId, accountId, 'first use');
      // The directory decides who exists: without it a stale reference would bring a removed account's file back.
      const user = await directory.getUser(scope, accountId);
      const language = user.language === null ? fallback : languageOf(user.language);
      await createAccount(context, scope, firstFolders(language));
      known.add(accountId);
    },
  };
}

/** An authenticator after which the mailbox is there. */
export function ensuringAuthenticator(inner: Authenticator, mailboxes: Mailboxes): Authenticator {
  const takesTokens = inner.bearer !== undefined;
  return {
    ...(takesTokens && {
      async bearer(token: string, login: string | null, attempt: SignInAttempt) {
        const principal = await inner.bearer?.(token, login, attempt);
        if (principal === undefined) throw new MailError('auth.failed');
        await mailboxes.ensure(principal.tenantId, principal.accountId);
        return principal;
      },
    }),
    ...(inner.companies && {
      companies: (mobile: string, password: string, attempt: SignInAttempt) =>
        inner.companies?.(mobile, password, attempt) ?? Promise.reject(new MailError('auth.failed')),
    }),
    async password(login, password, attempt) {
      const principal = await inner.password(login, password, attempt);
      await mailboxes.ensure(principal.tenantId, principal.accountId);
      return principal;
    },
    scram: (login, attempt) => inner.scram(login, attempt),
    async scramFinished(login, success, attempt, matched) {
      const principal = await inner.scramFinished(login, success, attempt, matched);
      await mailboxes.ensure(principal.tenantId, principal.accountId);
      return principal;
    },
  };
}
