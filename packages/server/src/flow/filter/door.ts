import { type Language, languageOf } from '@hongyan/phrases/phrases.ts';
import { type Scope, tenantScope } from '../../access/scope.ts';
import type { Directory } from '../../directory/directory.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { createMailbox } from '../../mailbox/create.ts';
import { listMailboxes } from '../../mailbox/list.ts';
import type { Mailbox, MailboxRole } from '../../mailbox/types.ts';
import type { PersonalContext } from '../../personal/context.ts';
import { type MemberForms, MemberFormsCache } from '../../personal/filtering/forms.ts';
import { memberRights } from '../../personal/member-rights.ts';
import { isMailError } from '../../platform/errors.ts';
import { type ActiveScript, ActiveScripts } from '../../sieve/active-script.ts';
import type { ScriptContext } from '../../sieve/context.ts';
import { claim, isKnown, type MemoryKind, remember } from '../../sieve/memory.ts';
import { getScript } from '../../sieve/scripts.ts';
import { type ScriptFacts, scriptFacts } from './script-facts.ts';

/** Whose mail it is. */
export interface Owner {
  /** Primary address and aliases, as people write them. */
  readonly addresses: readonly string[];
  readonly address: string;
  readonly displayName: string;
  readonly language: Language;
}

/** What decides about mail that came for somebody. */
export interface Deciders {
  /** What the member filled in: sender lists, rules, forward, answer; null for nothing. */
  readonly forms: MemberForms | null;
  /** The script that runs on the account's mail; null without one. */
  readonly active: ActiveScript | null;
}

/** Of an account that has no store yet. */
const nobody: Deciders = { forms: null, active: null };

/** What the flow needs of accounts to run their scripts. */
export interface FilterDoor {
  /** The script that runs on the account's mail; null without one, or without a store. */
  activeScript(scope: Scope): Promise<ActiveScript | null>;
  /** What decides about the account's mail, in one look. */
  deciders(scope: Scope): Promise<Deciders>;
  /** Annotations and lists that scripts ask; left out: there are none. */
  readonly facts?: ScriptFacts;
  script(scope: Scope, name: string): Promise<Uint8Array | null>;
  folders(scope: Scope): Promise<readonly Mailbox[]>;
  /** Makes a folder unless it is there. Throws `mailbox.limit`, `mailbox.name_invalid`, `conflict.exists` (role). */
  makeFolder(scope: Scope, path: readonly string[], role: MailboxRole | null): Promise<void>;
  owner(scope: Scope): Promise<Owner>;
  /** Whether the company lets mail be sent on to other mailboxes now (SRC-10). */
  mayForward(scope: Scope): Promise<boolean>;
  isKnown(scope: Scope, kind: MemoryKind, key: string): Promise<boolean>;
  /** Remembers; false when it was known. */
  claim(scope: Scope, kind: MemoryKind, key: string, ms: number): Promise<boolean>;
  remember(scope: Scope, kind: MemoryKind, key: string, ms: number): Promise<void>;
}

/** The accounts' scripts and, with `personal`, their forms as the flow uses them. `fallback`: language of people who chose none. */
export function createFilterDoor(
  scripts: ScriptContext,
  mailboxes: MailboxContext,
  directory: Pick<Directory, 'getUser'>,
  fallback: Language,
  personal: PersonalContext | null = null,
): FilterDoor {
  const active = new ActiveScripts(scripts);
  const forms = personal === null ? null : new MemberFormsCache(personal);
  return {
    facts: scriptFacts(mailboxes, personal, forms),
    async deciders(scope) {
      try {
        return await mailboxes.accounts.read(
          scope,
          async reader => ({
            forms: (await forms?.in(reader, scope)) ?? null,
            active: await active.in(reader),
          }),
          { brief: true },
        );
      } catch (error) {
        if (isMailError(error, 'account.not_found')) return nobody;
        throw error;
      }
    },
    async activeScript(scope) {
      try {
        return await active.of(scope);
      } catch (error) {
        if (isMailError(error, 'account.not_found')) return null;
        throw error;
      }
    },
    script: (scope, name) => getScript(scripts, scope, name),
    folders: scope => listMailboxes(mailboxes, scope),
    async makeFolder(scope, path, role) {
      try {
        await createMailbox(mailboxes, scope, path, { subscribe: true, ...(role !== null && { role }) });
      } catch (error) {
        if (!isMailError(error, 'mailbox.exists')) throw error;
      }
    },
    async owner(scope) {
      const user = await directory.getUser(tenantScope(scope.tenantId, 'filter'), scope.accountId);
      return {
        address: user.address,
        addresses: [user.address, ...user.aliases],
        displayName: user.displayName,
        language: user.language === null ? fallback : languageOf(user.language),
      };
    },
    // Asked for each delivery: the company's word holds at once.
    mayForward: async scope =>
      personal === null || (await memberRights(personal.database, scope.tenantId)).mayForward,
    isKnown: (scope, kind, key) => isKnown(scripts, scope, kind, key),
    claim: (scope, kind, key, ms) => claim(scripts, scope, kind, key, ms),
    remember: (scope, kind, key, ms) => remember(scripts, scope, kind, key, ms),
  };
}
