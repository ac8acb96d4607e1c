import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { addressByKey } from '../../store/system/addresses.ts';
import { type DomainRow, listDomainRows } from '../../store/system/tenants.ts';
import { domainToKey, requireNewAddress } from '../address.ts';
import type { DirectoryContext } from '../context.ts';
import { prefixOf } from '../import/check-rows.ts';

/** What is wrong with an address that somebody thinks of giving; `free`: nothing. */
export type AddressState = 'free' | 'taken' | 'invalid';

export interface AddressSuggestion {
  /** The whole address that was asked about, or was made from the name. Empty when none can be made. */
  readonly address: string;
  readonly state: AddressState;
  /** One that is free, close to it; null when it is free itself or none was found. */
  readonly suggestion: string | null;
}

/** Most numbers that are tried behind a name. */
const maxNumber = 200;

async function isFree(reader: SqlReader, scope: Scope, domain: DomainRow, local: string): Promise<boolean> {
  return (await addressByKey(reader, scope.tenantId, domain.id, local)) === undefined;
}

async function freeLocal(
  reader: SqlReader,
  scope: Scope,
  domain: DomainRow,
  wanted: string,
): Promise<string | null> {
  if (wanted === '') return null;
  for (let n = 1; n <= maxNumber; n += 1) {
    const local = n === 1 ? wanted : `${wanted}${n}`;
    if (await isFree(reader, scope, domain, local)) return local;
  }
  return null;
}

/**
 * Whether an address could be given, with one close to it that could; without `local`, one made from the name (DIR-07).
 * `domain` is the primary one when left out. Needs `members:view`. Throws `access.denied`, `domain.not_found`.
 */
export async function suggestAddress(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: { readonly name: string; readonly local: string; readonly domain?: string },
): Promise<AddressSuggestion> {
  requireAdministration(scope, 'members', 'view');
  const prefix = await prefixOf(wanted.name);
  return ctx.database.of(scope.tenantId).read(async reader => {
    const domains = await listDomainRows(reader, scope.tenantId);
    const key = wanted.domain === undefined ? null : domainToKey(wanted.domain);
    const domain =
      wanted.domain === undefined
        ? (domains.find(row => row.is_primary === 1) ?? domains[0])
        : domains.find(row => row.name === key);
    if (!domain) throw new MailError('domain.not_found', { domain: wanted.domain ?? '' });
    const whole = (local: string | null): string | null =>
      local === null ? null : `${local}@${domain.unicode_name}`;
    if (wanted.local === '') {
      const made = whole(await freeLocal(reader, scope, domain, prefix));
      return { address: made ?? '', state: made === null ? 'invalid' : 'free', suggestion: null };
    }
    const address = `${wanted.local}@${domain.unicode_name}`;
    try {
      const { localKey } = requireNewAddress(address);
      if (await isFree(reader, scope, domain, localKey)) return { address, state: 'free', suggestion: null };
      return { address, state: 'taken', suggestion: whole(await freeLocal(reader, scope, domain, localKey)) };
    } catch (error) {
      if (!isMailError(error, 'address.invalid')) throw error;
      return { address, state: 'invalid', suggestion: whole(await freeLocal(reader, scope, domain, prefix)) };
    }
  });
}
