import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { requireRead, requireWrite } from '../context.ts';

/** What a person sets about reading their mail with POP3. */
export interface MaildropSettings {
  /** Messages of the last so many days are there for POP3 clients; null: all of them (CLI-08). */
  readonly rangeDays: number | null;
  /** What a POP3 client deletes is gone for POP3 clients only and stays in the mailbox (CLI-09). */
  readonly keepDeleted: boolean;
}

/** What holds for accounts that set nothing, unless the operator says otherwise. */
export const defaultMaildropSettings: MaildropSettings = { rangeDays: 7, keepDeleted: false };

/** Most days a range can have; more is all. */
export const mostRangeDays = 3_650;

function nameOf(accountId: AccountId): string {
  return `maildrop.${accountId}`;
}

/** What the text of a setting says; what it does not say, or says wrongly, is left out. */
function parse(text: string | null): Partial<MaildropSettings> {
  if (text === null) return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return {};
  const { rangeDays, keepDeleted } = value as Record<keyof MaildropSettings, unknown>;
  const days = rangeDays === null || (typeof rangeDays === 'number' && rangeDays > 0);
  return {
    ...(days && { rangeDays }),
    ...(typeof keepDeleted === 'boolean' && { keepDeleted }),
  };
}

/** The settings of an account; what it has not set is as in `defaults`. */
export async function maildropSettings(
  database: CompanyDatabase,
  scope: Scope,
  defaults: MaildropSettings,
): Promise<MaildropSettings> {
  requireRead(scope);
  const stored = await readSetting(database.of(scope.tenantId), scope.tenantId, nameOf(scope.accountId));
  return { ...defaults, ...parse(stored) };
}

/** Sets what `change` names; sessions that begin afterwards go by it. `rangeDays` from 1 to `mostRangeDays`, or null. */
export async function changeMaildropSettings(
  database: CompanyDatabase,
  scope: Scope,
  change: Partial<MaildropSettings>,
): Promise<void> {
  requireWrite(scope);
  const days = change.rangeDays ?? null;
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= mostRangeDays)) {
    throw new MailError('input.invalid', { field: 'rangeDays', most: mostRangeDays });
  }
  const name = nameOf(scope.accountId);
  await database.of(scope.tenantId).transact(async tx => {
    const stored = parse(await readSetting(tx, scope.tenantId, name));
    await writeSetting(tx, scope.tenantId, name, JSON.stringify({ ...stored, ...change }));
  });
}
