import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../access/scope.ts';
import type { DirectoryContext } from '../directory/context.ts';
import type { Directory } from '../directory/directory.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import type { MaildropSettings } from '../mailbox/maildrop/settings.ts';
import { MailError } from '../platform/errors.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';

/** What one member may keep. What is sold by number stands in the plan (`limitsOf`), and holds where it is less. */
export interface PersonalLimits {
  /** FLD-03. Each is a keyword, of which an account has a limited number (`MailboxLimits.maxKeywords`). */
  readonly maxLabels: number;
  readonly maxSignatures: number;
  readonly maxTemplates: number;
  /** Characters of a signature or template. */
  readonly maxText: number;
  readonly maxRules: number;
  readonly maxConditions: number;
  readonly maxActions: number;
  /** FLT-02. */
  readonly maxBlocked: number;
  /** FLT-03. */
  readonly maxAllowed: number;
  readonly maxAddressBooks: number;
  readonly maxCards: number;
  /** Characters of one contact card's JSON. */
  readonly maxCard: number;
  readonly maxRecents: number;
  readonly maxSuggestions: number;
  /** Mails that one `FilterRule/apply` looks at. */
  readonly maxApplyAtOnce: number;
  readonly maxRestoreAtOnce: number;
}

export const defaultPersonalLimits: PersonalLimits = {
  maxLabels: 150,
  maxSignatures: 20,
  maxTemplates: 50,
  maxText: 64 * 1024,
  maxRules: 100,
  maxConditions: 20,
  maxActions: 10,
  maxBlocked: 100,
  maxAllowed: 100,
  maxAddressBooks: 50,
  maxCards: 10_000,
  maxCard: 64 * 1024,
  maxRecents: 2_000,
  maxSuggestions: 50,
  maxApplyAtOnce: 200,
  maxRestoreAtOnce: 200,
};

/** Contacts of the company outside of it, read-only for members (CON-04). */
export interface OutsideBook {
  /** Up to `limit` cards with the text in name, pinyin or address; `total` of all. Their ids begin with `o`. */
  search(
    scope: Scope,
    text: string,
    limit: number,
  ): Promise<{ readonly cards: readonly JsonObject[]; readonly total: number }>;
  /** The cards of these ids that there are. */
  get(scope: Scope, ids: readonly string[]): Promise<readonly JsonObject[]>;
}

/** Everything the functions of this room work with. */
export interface PersonalContext {
  readonly mailboxes: MailboxContext;
  readonly directory: Pick<Directory, 'getUser' | 'resolve'>;
  /** For the company's address book and groups. */
  readonly directoryContext: DirectoryContext;
  /** Outside contacts of the company (CON-04), where there are any. */
  readonly outside?: OutsideBook;
  /** The system database: settings of POP3 and of the tenant. */
  readonly database: CompanyDatabase;
  /** POP3 settings of accounts that set nothing. */
  readonly maildropDefaults: MaildropSettings;
  /** Language of people who chose none. */
  readonly language: Language;
  readonly limits: PersonalLimits;
}

/** Throws `access.denied` unless the scope may read the account. */
export function requireRead(scope: Scope): void {
  if (!scope.rights.read) throw new MailError('access.denied', { right: 'read' });
}

/** Throws `access.denied` unless the scope may change the account. */
export function requireWrite(scope: Scope): void {
  if (!scope.rights.write) throw new MailError('access.denied', { right: 'write' });
}
